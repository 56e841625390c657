## Команды

family-agents = Агенты и исполнители
command-agents = Агенты: роль, модель, успехи и загрузка
command-agent = Один агент: посмотреть, изменить, проверить, история

## Списки и карточки

agents-title = Агенты
agents-title-of = Агенты { $project }
agents-none = Агентов нет.
agent-default-model = модель по умолчанию
agent-default = по умолчанию
agent-ready = готов
agent-error = с ошибкой
agent-off = выключен
agent-version = в{ $version }
agent-version-by = { $version }, { $who }, { $when }
agent-success =
    { $count ->
        [one] { $percent } % успеха, { $count } решение
        [few] { $percent } % успеха, { $count } решения
       *[other] { $percent } % успеха, { $count } решений
    }
agent-no-success = пока не о чем судить
agent-load =
    { $count ->
        [one] { $count } задача в работе
        [few] { $count } задачи в работе
       *[other] { $count } задач в работе
    }
agent-calls =
    { $count ->
        [one] { $count } вызов, { $cost }
        [few] { $count } вызова, { $cost }
       *[other] { $count } вызовов, { $cost }
    }
agent-limits =
    { $tasks ->
        [one] { $tasks } задача сразу
        [few] { $tasks } задачи сразу
       *[other] { $tasks } задач сразу
    }, { $tokens ->
        [one] ответ до { $tokens } токена
       *[other] ответ до { $tokens } токенов
    }
agent-threshold-cost = дороже { $cost }
agent-threshold-tasks =
    { $count ->
        [one] длиннее { $count } задачи
       *[other] длиннее { $count } задач
    }
agent-of-everybody = общий
agent-no-tools = нет
agent-last-decisions = Последние решения
agent-role-architect = архитектор
agent-role-orchestrator = оркестратор
agent-role-code = код
agent-role-ask = ответы
agent-role-debug = отладка
agent-role-custom = своя роль
agent-role-product_owner = владелец продукта
agent-role-brainstorm = мозговой штурм
agent-role-zavhoz = завхоз
agent-role-tester = тестировщик
agent-role-devops = девопс
field-agent-role = Роль
field-agent-of = Чей
field-agent-model = Модель
field-agent-temperature = Температура
field-agent-capabilities = Умеет
field-agent-tools = Инструменты
field-agent-risk = Риск
field-agent-limits = Пределы
field-agent-thresholds = О каких планах спрашивает
field-agent-strategy = Стратегия
field-agent-success = Успехи
field-agent-load = Загрузка
field-agent-calls = За 30 дней
button-agent-open = Открыть
button-agent-prompt = Изменить промпт
button-agent-config = Изменить настройки
button-agent-show-prompt = Промпт
button-agent-show-config = Настройки
button-agent-disable = Выключить
button-agent-enable = Включить
button-agent-history = История
button-agent-test = Проверить
button-agent-last-change = Последняя правка
button-agent-rollback = Вернуть в{ $version }
agent-prompt-title = Промпт { $agent }, в{ $version }
agent-config-title = Настройки { $agent }, в{ $version }
agent-text-as-file = Символов: { $characters }. Текст в файле.

## История и различия

agent-history-title = История { $agent }
agent-history-none = О нём ничего не записано.
agent-history-footer = /agent diff ИМЯ 3 5 сравнивает, /agent rollback ИМЯ 3 возвращает
agent-change-seeded = пришёл с программой
agent-change-updated = обновлён вместе с программой: { $paths }
agent-change-created = создан
agent-change-cloned = скопирован с другого агента
agent-change-edited = изменено: { $paths }
agent-change-saved = сохранён без изменений
agent-change-rolled-back = возвращена в{ $version }
agent-change-enabled = включён
agent-change-disabled = выключен
agent-change-made-default = стал агентом по умолчанию
agent-diff-title = { $agent }: в{ $from } → в{ $to }
agent-diff-none = Различий нет.
agent-diff-footer = Правка: { $who }, { $when }

## Правка

form-agent-prompt = Промпт агента
form-agent-prompt-label = Промпт
form-agent-config = Настройки агента
form-agent-config-label = Настройки в JSON
form-agent-test = Проверка агента
form-agent-test-label = Что ему сказать
ask-agent-prompt = Каким должен быть промпт { $agent }? Пришлите весь текст сообщением или файлом.
ask-agent-prompt-placeholder = Весь промпт
ask-agent-config = Измените настройки { $agent } и пришлите их целиком в JSON, сообщением или файлом.
ask-agent-config-placeholder = Все настройки в JSON
ask-agent-new = Опишите нового агента в JSON: измените то, что есть, и пришлите целиком, сообщением или файлом.
ask-agent-new-placeholder = Агент в JSON
ask-agent-test = Что сказать { $agent }?
ask-agent-test-placeholder = Например: на какие задачи ты разбил бы гостевую книгу?
agent-config-invalid =
    { $count ->
        [one] Ничего не сохранено, есть ошибка:
       *[other] Ничего не сохранено, ошибок: { $count }.
    }

    { $problems }
agent-not-json = Ничего не сохранено, это не JSON: { $problem }
agent-set-cut = Ничего не сохранено: текст не поместился в сообщение, конца у него нет. `/agent edit ИМЯ prompt` примет его файлом.
agent-text-cut = Ничего не сохранено: текст не поместился в сообщение, конца у него нет. Пришлите его файлом.
agent-text-missing = Ничего не сохранено: текста не было.
agent-changed-meanwhile = Ничего не сохранено: { $name } за это время изменили. Вы начали с в{ $base }, а теперь там в{ $version }.
agent-changed-by = Изменения ({ $who }, { $when }):
agent-conflict-title = { $agent } за это время изменили
agent-changed-next = Ваш текст сохранён и стоит ниже, уже с этими изменениями: поправьте и отправьте или сохраните как есть.
button-agent-save-mine = Сохранить моё поверх
agent-unchanged = { $agent }: всё как было, менять нечего.
agent-enabled = { $agent } снова в деле.
agent-disabled = { $agent } выключен.
agent-made-default = { $agent } теперь главный в своей роли.
agent-deleted = Агент { $name } удалён.
agent-test-called = Без слов: он сразу взялся за инструменты ({ $tools }), а при проверке они не работают.
agent-test-footer = { $agent } · { $model } · токенов: { $input } на входе, { $output } на выходе · { $cost } · { $seconds } с

## Что не так с настройками

config-problem = { $path }: { $problem }, например { $example }
config-problems-more =
    { $count ->
        [one] … и ещё { $count }
       *[other] … и ещё { $count }
    }
config-missing = не хватает
config-type =
    { $type ->
        [string] нужен текст, а не { $value }
        [number] нужно число, а не { $value }
        [int] нужно целое число, а не { $value }
        [array] нужен список, а не { $value }
       *[object] нужен объект, а не { $value }
    }
config-name = от 1 до 40 букв, цифр, _ и -, без пробелов
config-empty = не может быть пустым
config-min = не меньше { $limit }, а не { $value }
config-max = не больше { $limit }, а не { $value }
config-long = не больше { $limit } символов, а не { $length }
config-many = записей не больше { $limit }
config-choice = одно из { $choices }, а не { $value }
config-unknown = такого поля нет; есть { $known }
config-unknown-near = такого поля нет; может быть, { $nearest }
config-broken-text = нельзя: символ NUL или половина символа
config-has-spaces = без пробелов
config-named-twice = что-то названо дважды
config-other = { $problem }
config-no-role = такой роли нет; есть { $roles }
config-role-missing = не хватает; роли: { $roles }

## Чего нельзя и почему

agent-not-found = Агента «{ $name }» нет. Есть: { $choices }.
agent-unknown = Такого агента больше нет. `/agents` показывает всех.
agent-ambiguous = Агент «{ $name }» есть у нескольких человек. Уточните: { $choices }.
agent-in-projects = Агент «{ $name }» есть в нескольких проектах. Уточните: { $choices }.
agent-several-orchestrators = В проекте работают несколько оркестраторов, и ни один не главный: { $names }. Выберите одного: `/agent default ИМЯ`.
agent-version-not-found = Версии { $version } нет. `/agent history ИМЯ` показывает все.
agent-name-invalid = «{ $name }» не может быть именем агента. В имени до 40 букв, цифр, `_` и `-`, без пробелов.
agent-name-taken = Агент «{ $name }» там уже есть.
agent-last-of-role = { $name } — последний включённый с ролью { $role }, а без неё нельзя. Сначала включите другого.
agent-busy = { $name } работает, поэтому остаётся: { $tasks ->
        [0] открытых задач нет
        [one] { $tasks } открытая задача
        [few] { $tasks } открытые задачи
       *[other] { $tasks } открытых задач
    }, { $runs ->
        [0] выполнений нет
        [one] { $runs } выполнение
        [few] { $runs } выполнения
       *[other] { $runs } выполнений
    }. Попробуйте, когда всё закончится, или остановите: `/stop`.
agent-word-unknown = Я не знаю «/agent { $name }». `/agent` без слов показывает, что можно делать с агентами.
agent-word-unknown-near = Я не знаю «/agent { $name }». Может быть, `/agent { $nearest }`?
agent-words =
    Что можно делать с агентом. Собственный агент проекта называется `ПРОЕКТ/ИМЯ`.

    - `/agents [ПРОЕКТ]` показывает всех, `/agent ИМЯ` — одного
    - `/agent prompt ИМЯ`, `/agent config ИМЯ`: весь текст
    - `/agent test ИМЯ "ТЕКСТ"`: один ответ, его токены, цена и время
    - `/agent history ИМЯ`, `/agent diff ИМЯ 3 5`: что и кто менял

    Для администраторов:

    - `/agent edit ИМЯ`, `/agent edit ИМЯ prompt`: изменить все настройки или промпт
    - `/agent set ИМЯ model=… temperature=0.2`: изменить отдельные поля
    - `/agent rollback ИМЯ 3`: вернуть прежнюю версию
    - `/agent new [ИМЯ] [ПРОЕКТ]`, `/agent clone ИМЯ НОВОЕ_ИМЯ [ПРОЕКТ]`
    - `/agent enable ИМЯ`, `/agent disable ИМЯ`, `/agent default ИМЯ`
    - `/agent delete ИМЯ`: сначала спросит
argument-project = ПРОЕКТ
argument-version = ВЕРСИЯ
argument-newname = НОВОЕ_ИМЯ
argument-field = ПОЛЕ
argument-value = ЗНАЧЕНИЕ
argument-prompt = ТЕКСТ
argument-word = ДЕЙСТВИЕ
click-forbidden-delete-agent = Это решают только администраторы и владельцы.

## Согласования

approval-title-delete-agent = Удалить агента { $agent }?
approval-delete-agent-body = Будут удалены его промпт, настройки и история. То, что он сделал, останется среди решений.
