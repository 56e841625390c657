error-no-worker = Такую работу сейчас никто не берёт: исполнители для неё не на связи, ничего не берут, или их нет. Администратор видит их по /workers; их приносит процесс с ролью «workers».
error-workers-busy = Все исполнители, которые могли бы это сделать, заняты. Попробуйте через минуту.
error-task-timed-out = Исполнитель { $worker } не успел за отведённое время.
error-worker-lost = Исполнитель { $worker } пропал посреди работы.
error-worker-not-found = Исполнителя { $name } нет. Все они видны по /workers.
task-failed = { $attempts ->
    [one] { $attempts } попытка ничего не дала
    [few] { $attempts } попытки ничего не дали
   *[other] { $attempts } попыток ничего не дали
 }; исполнители: { $workers }.

command-ask = Спросить агента
command-why = Почему выбран этот исполнитель
command-decisions = Что было решено и чем кончилось
command-workers = Исполнители и что у них в работе
command-worker = Один исполнитель; не давать ему работы или давать снова
argument-question = ВОПРОС
argument-task = ЗАДАЧА

ask-agent-unknown = Агента «{ $name }» нет. Есть: { $names }. Без имени выберет оркестратор: `/ask` и вопрос.
ask-agent-unknown-near = Агента «{ $name }» нет. Может быть, `{ $nearest }`? Есть: { $names }.
ask-agent-off = Агент { $name } выключен. Кто работает, видно по `/agents`.
ask-agent-gone = Агента { $name } больше нет.
ask-nobody = Нет ни одного включённого агента, который мог бы ответить.

answer-working = { $agent } разбирается…
answer-choosing = Ищу, кто ответит…
answer-failed = Ответа нет
answer-cancelled = Вопрос снят.
answer-asked = спросили по имени
answer-replied = спросили ответом
answer-chosen = выбор: { $by } ({ $reason })
answer-chosen-by-rules = выбор по правилу: { $reason }
answer-worker =
    { $points ->
        [one] исполнитель { $worker } ({ $type }, { $points } балл)
        [few] исполнитель { $worker } ({ $type }, { $points } балла)
       *[other] исполнитель { $worker } ({ $type }, { $points } баллов)
    }
answer-why = почему: /why { $number }

worker-type-infra = инфраструктура
worker-type-code = код
worker-type-research = исследования
worker-type-desktop = рабочий стол
work-plan-work = планирование
work-implement = разработка
work-repair = исправление
work-run-tests = тесты
work-deploy-service = развёртывание
work-answer = ответ
outcome-pending = ждёт исполнителя
outcome-running = в работе
outcome-succeeded = удалось
outcome-failed = не удалось
outcome-timed-out = слишком долго
outcome-outage = отказало что-то другое
outcome-lost = исполнитель пропал
outcome-cancelled = снято

why-title = Почему { $worker }: задача { $number }
why-title-gone = Почему { $worker }
why-none = В этом чате исполнителям ещё ничего не поручали. Что решено в других, видно по `/decisions`.
why-task-unknown = Задачи { $number } нет. Последние видны по `/decisions`.
why-task-waits = Задача { $number } ждёт исполнителя.
why-chosen =
    { $others ->
        [0] { $worker } — единственный, кто мог это сделать: { $score } из 100 баллов.
        [one] Выбран { $worker }: { $score } из 100 баллов; мог бы ещё { $others } исполнитель.
        [few] Выбран { $worker }: { $score } из 100 баллов; могли бы ещё { $others } исполнителя.
       *[other] Выбран { $worker }: { $score } из 100 баллов; могли бы ещё { $others } исполнителей.
    }
why-column-worker = исполнитель
why-column-score = баллы
why-column-success = успех
why-column-context = недавно
why-column-specialization = профиль
why-column-load = загрузка
why-legend = Успех: до 40 баллов, 20, пока исполнений не больше 10. Недавно: 30 за такую же работу за последние 4 часа. Профиль: 20 за специализацию. Загрузка: до 10, минус один за каждую задачу в работе.
why-attempts = Попытки
why-attempt-failure = { $worker }: { $outcome }
field-task = Задача
field-work = Работа
field-agent = Агент
field-outcome = Исход
field-success-rate = Доля успеха
field-decided = Решено
field-took = Заняло

decisions-title = Решения
decisions-title-of = Решения: { $filter }
decisions-end = Так давно решений не было.
decisions-none = Ничего ещё не решали.
decisions-filter-unknown = Нет ни агента, ни исполнителя, ни вида работы «{ $name }». Виды работы: { $kinds }.
decision-task = задача { $number }
decision-attempt = попытка { $attempt }
decision-points =
    { $points ->
        [one] { $points } балл
        [few] { $points } балла
       *[other] { $points } баллов
    }

workers-title = Исполнители
workers-none = Исполнителей ещё не было. Их приносит процесс с ролью «workers».
workers-pool = Пул { $pool }
worker-status-online = на связи
worker-status-busy = занят
worker-status-offline = не на связи
worker-status-draining = дорабатывает
worker-load = в работе: { $load }
worker-load-of = { $load } из { $limit }
worker-heartbeat = отозвался { $age } назад
worker-signed-off = вышел
field-type = Вид
field-pool = Пул
field-heartbeat = Связь
field-in-hand = В работе
field-capabilities = Умеет
field-specializations = Особенно
field-last-outcomes = Последние исходы
button-drain = Не давать нового
button-resume = Давать работу снова
button-decisions = Решения
worker-drained = { $name } не получит ничего нового; начатое доделает. Вернуть: `/worker resume { $name }`.
worker-drained-last = { $name } не получит ничего нового; начатое доделает. Это был последний исполнитель вида «{ $type }»: пока никто не вернётся, такая работа не выполняется. Вернуть: `/worker resume { $name }`.
worker-resumed = { $name } снова получает работу.
span-seconds = { $count } с
span-minutes = { $count } мин
span-hours = { $count } ч
span-days = { $count } дн
