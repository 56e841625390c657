### Что прораб говорит по-русски. Те же ключи и переменные, что в en.ftl.

## Доступ

stranger-notice = Я работаю только с приглашёнными. Попросите код у администратора и пришлите мне `/start КОД`.
stranger-notice-unclaimed = Я работаю только с приглашёнными: попросите код у администратора и пришлите мне `/start КОД`. Вы меня установили? Тогда пришлите `/claim КОД` — с кодом, который prorab напечатал при запуске.
welcome = Здравствуйте, { $name }. Скажите, что построить, например «сделай сервис коротких ссылок со статистикой». Я составлю план, спрошу вас и построю. `/help` покажет всё, что я умею.
claim-welcome = Добро пожаловать, { $name }: теперь вы владелец. Пригласить других можно командой `/invite`. И скажите, что построить, например «сделай сервис коротких ссылок со статистикой».
invite-welcome = Добро пожаловать, { $name }. Ваша роль: { $role }. Скажите, что построить, или начните с `/help`.
code-wrong = Такого кода я не знаю. Проверьте его или попросите у администратора новый.
code-used = Этот код уже использован. Попросите у администратора новый.
code-expired = Срок этого кода истёк. Попросите у администратора новый.
code-already-claimed = У этой установки уже есть владелец. Попросите у него приглашение.
code-already-member = У вас уже есть доступ, ваша роль: { $role }. Код пригодится кому-нибудь другому.
code-too-many = Слишком много неверных кодов. Попробуйте снова в { $until }.
invite-created = Передайте это тому, кого приглашаете; пусть пришлёт мне в личный чат (в Slack — `/prorab start КОД`):

    `/start { $code }`

    Роль: { $role }. Действует один раз, до { $until }.
invite-private = Приглашение — это секрет. Попросите его у меня в личном чате.
role-changed = Теперь роль { $name }: { $role }.
user-access-withdrawn = У { $name } больше нет доступа.
lang-changed = Буду говорить с вами по-русски.
unsupported = Я понимаю только текст. Напишите, пожалуйста, словами, о чём речь.

## Роли

role-owner = владелец
role-admin = администратор
role-operator = оператор
role-member = участник
role-viewer = наблюдатель

## Ошибки

error-invalid = Так не получится. Проверьте и попробуйте ещё раз.
error-not-found = Ничего с таким именем нет.
error-forbidden = Вам это нельзя.
error-conflict = За это время что-то изменилось. Посмотрите ещё раз: `/status`.
error-rate-limited = Сейчас слишком много запросов. Попробуйте через минуту.
error-platform-refused = Другая сторона окончательно отказала.
error-platform-unavailable = Другая сторона сейчас не отвечает. Попробуйте позже.
error-model-failed = Языковая модель не дала годного ответа. Попробуйте ещё раз; если повторится, проверьте настройки модели.
error-budget-exceeded = Бюджет исчерпан. Администратор может его увеличить.
error-sandbox-refused = Программа попыталась сделать то, что здесь запрещено, и была остановлена.
error-lease-lost = Этим уже занят другой процесс. Ничего не потеряно.
error-stopped = Работа остановлена.
error-misconfigured = Что-то настроено неверно. `npm run prorab -- doctor` подскажет, что именно.
error-internal = У меня что-то сломалось. Попробуйте ещё раз.
error-usage = Напишите так: `{ $usage }`. Например: `{ $example }`.
error-forbidden-role =
    { $least ->
        [owner] Это могут только владельцы.
        [admin] Это могут только администраторы и владельцы.
        [operator] Это могут только операторы, администраторы и владельцы.
       *[member] Наблюдателям это нельзя; попросите у администратора другую роль.
    }
error-forbidden-role-or-owner =
    { $least ->
        [owner] Это могут только владельцы и хозяин проекта.
        [admin] Это могут только администраторы и хозяин проекта.
       *[operator] Это могут только операторы, администраторы и хозяин проекта.
    }
error-role-above-yours = С ролью «{ $role }» так нельзя: она выше вашей ({ $yours }).
error-last-owner = Владелец должен быть всегда. Сначала назначьте владельцем кого-нибудь ещё.
error-user-not-found = Я не знаю никого по имени «{ $name }». Все люди: `/users`.
error-user-ambiguous = По имени «{ $name }» нашлось несколько человек. Уточните, кто: { $choices }.
error-project-not-found = Проекта «{ $name }» нет. Все проекты: `/projects`.
error-project-not-found-near = Проекта «{ $name }» нет. Может быть, `{ $nearest }`?
error-not-running = { $name } ещё не развёрнут, работать пока нечему.
project-name-invalid = «{ $name }» не подходит как имя проекта. Имя — до { $max } строчных латинских букв, цифр и одиночных дефисов, первая — буква: `url-shortener`.
project-name-taken = Проект «{ $name }» уже есть. Имя «{ $suggestion }» свободно.
run-not-on-github = { $name } живёт на GitHub, а там я пока только читаю: присматриваю, но изменить не могу.
run-already-live = Над этим проектом уже идёт работа. Подробнее: `/status`.
no-port-free = Все порты для сервисов ({ $first }–{ $last }) заняты. Удалите ненужный проект.
failure-generic = У меня что-то сломалось. Попробуйте ещё раз; если повторится, передайте это тому, кто меня обслуживает: { $reference }
reference = Номер для справки: { $reference }
command-unknown = Команды «/{ $name }» я не знаю. Все команды: `/help`.
command-unknown-near = Команды «/{ $name }» я не знаю. Может быть, `/{ $nearest }`?
argument-name = ИМЯ
argument-page = СТРАНИЦА
argument-lines = СТРОК
argument-command = КОМАНДА
argument-code = КОД
usage = Как писать: `{ $usage }`. Например: `{ $example }`.

## Команды

command-start = Поздороваться или войти по коду
command-help = Что я умею
command-projects = Все проекты
command-project = Один проект: состояние, адрес, последние работы
command-logs = Последние строки журнала сервиса
command-restart = Перезапустить сервис
command-delete = Удалить проект (сначала спрошу)
command-status = Что ждёт вас и что сейчас делается
command-approvals = Вопросы, которые ждут ответа
command-stop = Остановить работу этого чата
command-users = Люди и их роли
command-invite = Пригласить человека
command-role = Сменить роль или закрыть доступ
command-lang = Выбрать язык
command-audit = Кто что сделал
family-projects = Проекты
family-work = Работа
family-people = Люди
family-talk = Разговор со мной

help-title = Что я умею
help-intro = Скажите своими словами, что построить или изменить: «сделай гостевую книгу», «добавь лайки в гостевую книгу», «как там guestbook?». Я составлю план, спрошу вас, построю, проверю и запущу.
help-footer = /help КОМАНДА расскажет об одной команде.

## Кнопки

button-approve = Одобрить
button-approve-all = Одобрить всё в этой работе
button-reject = Отклонить
button-change = Изменить…
button-numbered = { $number }: { $label }
button-stop = Остановить
button-details = Подробнее
button-logs = Журнал
button-restart = Перезапустить
button-delete = Удалить…
button-delete-now = Удалить
button-keep = Оставить
button-try-again = Попробовать ещё раз
button-advise = С советом…
button-give-up = Прекратить
button-allow = Разрешить
button-refuse = Не разрешать
button-approvals = Показать вопросы
button-projects = Проекты
button-previous = ‹ Назад
button-next = Дальше ›

## Поля карточек

field-estimated-cost = Оценка стоимости
field-runs-on = Где будет работать
field-asked-by = Кто попросил
field-state = Состояние
field-service = Сервис
field-address = Адрес
field-version = Версия
field-repository = Репозиторий
field-owner = Хозяин
field-commits = Коммиты
field-tests = Тесты
field-total = Всего
target-local = эта машина
somebody = кто-то
page = Страница { $page }
page-of = Страница { $page } из { $pages }
no-such-page =
    { $pages ->
        [one] Есть только { $pages } страница.
        [few] Есть только { $pages } страницы.
       *[many] Есть только { $pages } страниц.
    }

## Вопросы

approval-title-plan = План: { $project }
approval-title-change = План изменений: { $project }
approval-title-deploy = План развёртывания: { $project }
approval-title-fix = План починки: { $project }
approval-title-retry = { $project }: тесты пока не проходят
approval-title-delete = Удалить { $project }?
approval-title-tool = { $project }: можно использовать { $tool }?
approval-retry-body = Сам я с этим не справился. Попробовать ещё раз?
approval-retry-rounds =
    { $rounds ->
        [one] Была { $rounds } попытка, тесты пока не проходят. Попробовать ещё раз?
        [few] Было { $rounds } попытки, тесты пока не проходят. Попробовать ещё раз?
       *[many] Было { $rounds } попыток, тесты пока не проходят. Попробовать ещё раз?
    }
approval-delete-body = Сервис остановится, его порт освободится. Репозиторий уйдёт в архив, но не пропадёт.
approval-delete-url = Сейчас работает: { $url }
approval-delete-repository = Репозиторий: { $repository }
approval-tool-body = Последствия может быть нельзя отменить.
approval-footer = Вопрос { $number }
approval-footer-open = Вопрос { $number } · открыт до { $until }
approval-line = **{ $number }** · { $title } · по просьбе: { $who } · открыт до { $until }
approvals-title = Вопросы, которые ждут
approvals-none = Ничто не ждёт ответа.
approvals-more =

    { $count ->
        [one] И ещё { $count }: появится, когда ответите на эти.
        [few] И ещё { $count }: появятся, когда ответите на эти.
       *[many] И ещё { $count }: появятся, когда ответите на эти.
    }
plan-tasks = Задачи
plan-endpoints = Интерфейсы
plan-notes = Примечания
verdict-approved = Одобрено: { $who }, { $when }
verdict-approved-all = Одобрено вместе со всем остальным в этой работе: { $who }, { $when }
verdict-approved-auto = Одобрено сразу: { $who } одобряет всё в этой работе, { $when }
verdict-rejected = Отклонено: { $who }, { $when }
verdict-deleted = Удаление подтверждено: { $who }, { $when }
verdict-kept = Оставлено: { $who }, { $when }
verdict-advised = Совет: { $who }, { $when }
verdict-changed = Просьба изменить: { $who }, { $when }
verdict-expired = Никто не ответил вовремя, { $when }
verdict-replaced = Заменено новым вопросом, { $when }
verdict-replaced-by = Заменено вопросом { $number }, { $when }
verdict-cancelled = Отменено, { $when }
verdict-cancelled-by = Отменено, работу остановил(а) { $who }, { $when }
change-form-title = Что изменить?
change-form-label = Вашими словами
ask-change = Что изменить? Напишите одним сообщением, я вернусь с новым планом.
ask-change-again = Сообщение пустое. Что изменить? Напишите одним сообщением.
ask-advice = Что сделать иначе? Напишите одним сообщением, и я попробую ещё раз.
ask-change-placeholder = Например: пусть ссылки живут 30 дней
ask-change-again-placeholder = { ask-change-placeholder }
ask-advice-placeholder = Например: если ничего не нашлось, отвечай 404
approved-tool-delayed =
    { $minutes ->
        [one] То, что разрешил вопрос { $number }, сейчас сделать нельзя: другая сторона не отвечает. Пробую ещё { $minutes } минуту и скажу, чем кончилось.
        [few] То, что разрешил вопрос { $number }, сейчас сделать нельзя: другая сторона не отвечает. Пробую ещё { $minutes } минуты и скажу, чем кончилось.
       *[many] То, что разрешил вопрос { $number }, сейчас сделать нельзя: другая сторона не отвечает. Пробую ещё { $minutes } минут и скажу, чем кончилось.
    }
approval-reminder = Вопрос { $number } всё ещё ждёт ответа. Вот он ещё раз.

## Ответы на нажатие

click-approved = Одобрено.
click-approved-all = Одобрено вместе со всем остальным в этой работе.
click-rejected = Отклонено.
click-deleted = Удаляю.
click-kept = Оставляю как есть.
click-retried = Попробую ещё раз.
click-given-up = На этом остановлюсь.
click-advised = Спасибо. Продолжаю с учётом совета.
click-changed = Спасибо. Скоро будет новый план.
click-already-approved = Это уже одобрено: { $who }, { $when }. Ничего не изменилось.
click-already-rejected = Это уже отклонено: { $who }, { $when }. Ничего не изменилось.
click-already-changed = Уже попросили изменить: { $who }, { $when }. Ничего не изменилось.
click-already-auto = Это одобрено сразу, { $when }: { $who } одобряет всё в этой работе.
click-expired = Срок этого вопроса истёк, { $when }. Попросите меня снова, если это ещё нужно.
click-replaced = Эту карточку заменила более новая. Пожалуйста, отвечайте на неё.
click-cancelled = Работа остановлена, решать больше нечего.
click-forbidden = Решать могут только тот, кто попросил, администраторы и владельцы.
click-forbidden-delete = Решать могут только хозяин проекта, администраторы и владельцы.
click-not-found = Этого вопроса больше нет.
click-not-offered = На этот вопрос так не отвечают.
click-unknown = Эта кнопка больше не действует.

## Работы

run-title-planning = Планирую: { $project }
run-title-new-project = Строю { $project }
run-title-update-project = Меняю { $project }
run-title-deploy = Разворачиваю { $project }
run-title-fix = Чиню { $project }
run-queued = Ждёт своей очереди.
run-waiting = Ждёт.
run-waiting-approval = Жду вашего ответа на вопрос { $number }.
run-rejected = Отклонено.
run-stopped = Остановлено.
run-status-queued = ждёт очереди
run-status-running = делается
run-status-waiting = ждёт ответа
run-status-succeeded = готово
run-status-failed = не получилось
run-status-rejected = отклонено
run-status-stopped = остановлено
step-resources = Ресурсы
step-design = Проектирование
step-approval = Одобрение
step-build = Сборка
step-test = Тесты
step-preflight = Проверка перед запуском
step-deploy = Развёртывание
step-health = Проверка работы
tests-passed = пройдено { $count }
result-active = { $project } работает
result-active-body = Развёрнуто и проверено. Подробнее: `/project { $project }`
result-failed = { $project }: не получилось
result-failed-next = Скажите, что сделать иначе, или просто «попробуй ещё раз».
result-old-version = Прежняя версия работает как работала.
result-branch = Сделанное сохранено в ветке `{ $branch }`.
result-diff = Вот что я попробовал:
result-expired = { $project }: на план никто не ответил вовремя
result-rejected = { $project }: план отклонён
result-stopped = { $project }: остановлено
result-stopped-by = Остановил(а) { $who }.
result-nothing-built = Ничего не запущено.
result-nothing-changed = То, что работало, работает дальше.
stop-nothing = В этом чате сейчас ничего не делается.
stop-done = Остановлено: { $what }.
stop-done-answer = Я перестал отвечать.
stop-done-both = Я перестал отвечать. Ещё остановлено: { $what }.
restart-done = { $name }: перезапущен.
service-taken-offline = { $name }: остановлен. Вернуть: `/restart { $name }`.

## Почему не получилось, и что стало с проектом

run-cannot-plan = Составить план не получилось: { $reason }
run-not-ready = Для развёртывания не хватает: { $missing }.
run-tests-failed =
    { $failed ->
        [one] { $failed } тест всё ещё не проходит.
        [few] { $failed } теста всё ещё не проходят.
       *[many] { $failed } тестов всё ещё не проходят.
    }
run-tests-ended = Тесты не дошли до конца: { $reason }
run-nothing-changed = Ничего не изменилось: разработчик оставил всё как было.
run-deploy-failed = Развернуть не получилось: { $reason }
run-unhealthy = Сервис отвечает не так, как должен ({ $url }): { $reason }
model-loops =
    { $rounds ->
        [one] Агент { $agent } не уложился в { $rounds } шаг. Попросите о чём-нибудь поменьше.
        [few] Агент { $agent } не уложился в { $rounds } шага. Попросите о чём-нибудь поменьше.
       *[many] Агент { $agent } не уложился в { $rounds } шагов. Попросите о чём-нибудь поменьше.
    }
model-refused = Языковая модель не принимает наш ключ. Тому, кто меня запускает, стоит проверить `OPENAI_API_KEY`.
model-busy = Языковая модель сейчас перегружена. Попробуйте ещё раз через несколько минут.
model-silent = Языковая модель не ответила вовремя. Попробуйте ещё раз.
model-unknown = Такой модели нет: { $model }. Тому, кто меня запускает, стоит проверить `PRORAB_MODEL` или модель агента.
model-overflow = Для языковой модели это стало слишком длинным. Попросите о чём-нибудь поменьше.
project-deleted = { $name }: удалён. Сервис остановлен, репозиторий в архиве.

## Проекты

project-last-runs = Последние работы
projects-title = Проекты
projects-none = Проектов пока нет. Скажите, что построить, например «сделай сервис коротких ссылок».
project-status-draft = черновик
project-status-estimated = запланирован
project-status-provisioning = готовится
project-status-initialized = подготовлен
project-status-designing = проектируется
project-status-designed = спроектирован
project-status-implementing = строится
project-status-implemented = построен
project-status-verifying = проверяется
project-status-verified = проверен
project-status-deploying = разворачивается
project-status-active = работает
project-status-maintenance = меняется
project-status-missing = пропал
project-status-discovered = обнаружен
project-status-archived = в архиве
service-running = работает
service-starting = запускается
service-backing-off = упал, запускается снова
service-crash-looping = падал слишком часто, больше не запускается
service-stopped = остановлен
service-down = не работает
service-absent = его нет
service-not-healthy = { $name } после перезапуска не отвечает. { $reason }

## Другие карточки

users-title = Люди
users-footer = /role ИМЯ РОЛЬ меняет роль, /invite приглашает.
user-disabled = без доступа
status-title = Состояние
status-needs-you = Ждёт человека
status-working = Делается
status-nothing-needed = От вас ничего не нужно.
status-quiet = Всё спокойно: от вас ничего не нужно, ничего не делается.
status-service-down = { $project } не работает
status-footer =
    { $count ->
        [one] { $count } проект
        [few] { $count } проекта
       *[many] { $count } проектов
    }
audit-title = Кто что сделал
audit-none = Пока ничего не сделано.
logs-title = Журнал { $project }
logs-none = Журнал пуст.
gone = Этого больше нет.

attachment-too-large = Файл { $name } слишком большой: я читаю до { $limit } КБ.
attachment-not-text = Файл { $name } — не текст в UTF-8. Сохраните его так и пришлите ещё раз.
attachment-gone = Файла { $name } больше нет. Пришлите его ещё раз.
attachment-not-read = Здесь я не могу читать файлы. Пришлите, пожалуйста, текст из { $name } сообщением.
text-cut = Сообщение очень длинное: начало я прочитал, а { $omitted ->
    [one] последний { $omitted } символ
    [few] последние { $omitted } символа
   *[many] последние { $omitted } символов
} — нет. Пришлите остальное отдельно.
