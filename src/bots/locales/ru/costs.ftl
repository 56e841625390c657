## Расходы

command-costs = Сколько стоили модели
costs-title = Расходы за { $period }
costs-title-named = { $name }: расходы за { $period }
costs-period-today = сегодня
costs-period-days =
    { $days ->
        [one] последний { $days } день
        [few] последние { $days } дня
       *[many] последние { $days } дней
    }
costs-none = Модели не вызывались.
costs-line =
    { $calls ->
        [one] { $calls } вызов, токенов: { $input } на входе, { $output } на выходе
        [few] { $calls } вызова, токенов: { $input } на входе, { $output } на выходе
       *[many] { $calls } вызовов, токенов: { $input } на входе, { $output } на выходе
    }
costs-calls =
    { $calls ->
        [one] { $calls } вызов
        [few] { $calls } вызова
       *[many] { $calls } вызовов
    }
costs-more =
    { $count ->
        [one] и ещё { $count }: { $cost }
       *[other] и ещё { $count }: { $cost }
    }
costs-tokens = { $input } на входе, { $output } на выходе
costs-by-project = По проектам
costs-by-agent = По агентам
costs-by-person = По людям
costs-no-project = пока без проекта
field-calls = Вызовы
field-tokens = Токены
field-budget = Бюджет
button-today = Сегодня
button-week = 7 дней
button-month = Этот месяц
button-30-days = 30 дней
button-costs = Расходы
chart-days = дни, UTC
chart-hours = часы, UTC
chart-sums-days = Всего { $total }, по { $average } в день
chart-sums-hours = Всего { $total }, по { $average } в час
chart-caption = { $title }: всего { $total }, больше всего { $when } ({ $most }).

## Бюджеты

command-budget = Сколько может стоить месяц: всё вместе или один проект
budgets-title = Бюджеты
budgets-none = Бюджета нет, и модели вызываются, сколько бы они ни стоили. `/budget 50`: месяц стоит не больше $50; `/budget url-shortener 10`: из них один проект не больше $10.
budgets-footer = С 80 % я спрашиваю, прежде чем продолжать; на 100 % модели не вызываются, пока кто-нибудь не разрешит больше.
budget-of-all = всё вместе
budget-spent = { $spent } из { $budget }, { $month }
budget-allowed = разрешено до { $sum }
budget-out-of-bounds = Бюджет — это сумма от ${ $min } до ${ $max } в месяц. Чтобы его не было, напишите `off`.
budget-used = В этом месяце модели могут стоить { $budget }, и это потрачено ({ $spent }). Я снова смогу говорить, когда администратор разрешит больше командой `/budget`, или в следующем месяце.
budget-used-project = В этом месяце { $project } может стоить { $budget }, и это потрачено ({ $spent }). Я смогу продолжить, когда администратор разрешит больше командой `/budget`, или в следующем месяце.
button-go-on = Продолжать
button-stop-here = Остановиться
click-budget-raised = Спасибо. Продолжаю.
click-budget-stopped = Останавливаюсь.
click-forbidden-budget = Это общий бюджет, поэтому решать могут только администраторы и владельцы.
approval-title-budget = { $project }: бюджет почти исчерпан
approval-title-budget-used = { $project }: бюджет исчерпан
approval-budget-of-project = Из { $budget }, которые { $project } может стоить в этом месяце, потрачено { $spent }. Продолжать, до { $next }?
approval-budget-of-all = Из { $budget }, которые все проекты вместе могут стоить в этом месяце, потрачено { $spent }. Продолжать, до { $next }? Решать могут только администраторы и владельцы.
run-budget-stopped = { $who } не хочет тратить больше в этом месяце: потрачено { $spent } из { $budget }. Скажите «попробуй ещё раз», когда бюджет будет.
run-budget-unanswered = Никто не сказал, можно ли тратить больше в этом месяце: потрачено { $spent } из { $budget }. Скажите «попробуй ещё раз», когда бюджет будет.

## Пороги планов

plan-weight-tasks =
    { $tasks ->
        [one] { $tasks } задача
        [few] { $tasks } задачи
       *[many] { $tasks } задач
    }
plan-weight-tasks-most =
    { $tasks ->
        [one] { $tasks } задача из { $most } возможных
        [few] { $tasks } задачи из { $most } возможных
       *[many] { $tasks } задач из { $most } возможных
    }
plan-weight-cost-most = { $cost } из { $most } возможных
plan-over-threshold = Это больше, чем может идти само: { $numbers }.
plan-threshold-missing = Планы идут сами, когда заданы оба порога; здесь одного нет: { $numbers }.
plan-ambiguous = Работают несколько оркестраторов, и ни один не выбран основным ({ $orchestrators }), поэтому о каждом плане задаётся вопрос.
verdict-within-thresholds = Пошло само, { $when }: ниже порогов, { $numbers }
