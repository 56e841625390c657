family-incidents = Инциденты и дежурства
argument-text = ТЕКСТ
argument-time = ВРЕМЯ
argument-person = КТО
argument-note = ЗАМЕТКА

command-incidents = Что сейчас не так
command-incident = Один инцидент: что было и что будет
command-ack = Взять инцидент на себя
command-unack = Вернуть инцидент
command-resolve = Закрыть инцидент
command-fix = Починить то, что сломалось
command-silence = Заглушить инцидент на время
command-unsilence = Снять тишину
command-reopen = Открыть инцидент снова
command-assign = Передать инцидент другому
command-note = Добавить строку к инциденту
command-alerts = О чём узнаёт этот чат

error-incident-not-found = Инцидента { $number } нет. Что сейчас не так, покажет `/incidents`.
error-assign-viewer = { $name } может только смотреть: передать инцидент нельзя.
error-which-incident = Открыто несколько: { $numbers }. Назовите номер, например `{ $example }`; их покажет `/incidents`.
error-no-incident = Сейчас всё в порядке.

## What is wrong. In titles and lists

incident-title = #{ $number } { $what }
incident-title-over = #{ $number } закончился: { $what }
incident-what-service-unhealthy = { $subject } не работает
incident-what-server-down = сервер { $subject } не отвечает
incident-what-repo-missing = репозиторий { $subject } исчез
incident-what-repo-unreachable = репозиторий { $subject } не читается
incident-what-provider-outage = { $subject }: сбой у провайдера
incident-what-tls-expiring = кончается сертификат { $subject }
incident-what-disk-full = на диске { $subject } кончается место
incident-what-deploy-failed = { $subject } не удалось развернуть
incident-what-run-failed = работа над { $subject } не удалась
incident-what-agent-stuck = агент застрял: { $subject }
incident-what-worker-lost = исполнитель { $subject } пропал
incident-what-sync-failing = { $subject } раз за разом не удаётся
incident-what-delivery-failing = { $subject }: сообщения не доходят
incident-what-nobody-on-call = за { $subject } никто не дежурит
incident-what-nobody-on-call-at-all = никто не дежурит
incident-what-manual = { $subject }
severity-critical = критично
severity-warning = предупреждение
severity-info = к сведению

## The card

incident-since = с { $when }
incident-failures =
    { $count ->
        [one] { $count } неудачная проверка
        [few] { $count } неудачные проверки
       *[other] { $count } неудачных проверок
    }
incident-occurrences =
    { $count ->
        [few] замечено { $count } раза
       *[other] замечено { $count } раз
    }
incident-reopenings =
    { $count ->
        [1] повторился
        [few] повторился { $count } раза
       *[other] повторился { $count } раз
    }
incident-last-ok = последний раз отвечал { $when }
incident-tls-ends = действует до { $when }
incident-disk-used = занято { $percent } %
incident-vanished = сразу не нашлось репозиториев: { $vanished } из { $known }
incident-nowhere = нет личного чата, куда написать
incident-set-on-call = кто и когда дежурит, покажет `/oncall`
incident-has-it = Занимается { $who } с { $when }
incident-silenced = Тишина до { $until }, включил(а) { $who }
incident-assigned = Поручен: { $who }
incident-fixing = Идёт ремонт.
incident-explains =
    { $count ->
        [one] Объясняет ещё { $count } инцидент.
        [few] Объясняет ещё { $count } инцидента.
       *[other] Объясняет ещё { $count } инцидентов.
    }
incident-called = Вызван(а): { $who }.
incident-next = Дальше: { $what }, { $when }
incident-part-of = Часть инцидента #{ $number }; смотрите его.
incident-ended-healed = Прошло само в { $when }, через { $took }
incident-ended-person = Закрыл(а) { $who } в { $when }, через { $took }
incident-ended-recovery = Починено в { $when }, через { $took }
incident-ended-unwatched = Намеренно выведено из работы в { $when }, через { $took }
incident-ended-swallowed = Часть большего инцидента, { $when }
coming-on-call = вызов дежурного
coming-on-call-named = вызов дежурного: { $who }
coming-on-call-nobody = вызов следующего по очереди: никто не дежурит
coming-person = вызов: { $who }
coming-chat = вызов чата
coming-end = вызывать больше некого
coming-remind = вопрос к { $who }, как дела
coming-unacknowledge = инцидент сочтут забытым, и вызовы начнутся снова
coming-unsilence = тишина кончится
button-incident-ack = Беру
button-incident-unack = Вернуть
button-incident-fix = Починить
button-incident-silence = Тишина { $hours } ч
button-incident-unsilence = Снять тишину
button-incident-resolve = Закрыть
button-incident-reopen = Открыть снова
button-incident-people = Передать…
button-timeline = Хроника
button-incidents = Все инциденты
button-incidents-open =
    { $count ->
        [one] { $count } открытый инцидент
        [few] { $count } открытых инцидента
       *[other] { $count } открытых инцидентов
    }
people-title = Кто возьмёт { $incident }?
people-one = { $name }
people-on-call = { $name } · дежурит
people-more = Кто-то другой: `/assign { $number } ИМЯ`

## The timeline

timeline-past = Что было
timeline-next = Что будет
timeline-in = через { $span }
timeline-now = сейчас
timeline-earlier =
    { $count ->
        [one] { $count } более раннее событие не показано.
        [few] { $count } более ранних события не показаны.
       *[other] { $count } более ранних событий не показаны.
    }
event-opened = замечено, { $severity }
event-again =
    { $count ->
        [few] замечено { $count } раза
       *[other] замечено { $count } раз
    }
event-reopened = повторилось
event-reopened-by = снова открыл(а) { $who }
event-returned = снова сам по себе: #{ $number } закончился
event-worse = было «{ $from }», стало «{ $to }»
event-acknowledged = взял(а) { $who }
event-unacknowledged = вернул(а) { $who }
event-forgotten = вестей нет: им больше никто не занимается
event-silenced = тишину до { $until } включил(а) { $who }
event-unsilenced = тишина кончилась
event-unsilenced-by = тишину снял(а) { $who }
event-assigned = { $who } → { $to }
event-resolved = прошло
event-unwatched = намеренно выведено из работы
event-resolved-by = закрыл(а) { $who }
event-note = { $who }: { $note }
event-adopted = стал частью #{ $number }
event-paged = вызов: { $who }
event-paged-chat = вызов чата
event-page-failed = вызов не дошёл: { $who }
event-step-failed = шаг вызова не удался
event-escalated = очередь следующего
event-escalation-ended = вызывать больше некого
event-nobody = никто не дежурит
event-reminded = спросили, как дела: { $who }
event-recovery-started = ремонт начался сам
event-recovery-started-by = ремонт начал(а) { $who }
event-recovery-proposed = план: { $steps }
event-recovery-asked = сначала вопрос: согласование { $number }
event-recovery-step = начато: { $step }
event-recovery-worked = ремонт помог
event-recovery-failed = ремонт не помог
event-recovery-unsure = ремонт сделан, исход ещё не ясен
event-recovery-nothing = ничего не сделано
repair-restart-service = перезапуск
repair-redeploy-version = развернуть версию
repair-recreate-repository = создать репозиторий заново
repair-mark-server-for-provisioning = подготовить сервер заново
repair-nothing = помочь нечем

## Lists and the digest of a storm

incidents-title = Что не так
incidents-title-all = Инциденты
incidents-title-mine = Что не так и моё
incidents-title-of = Инциденты { $project }
incidents-none = Всё в порядке.
incidents-never = Ничего ещё не ломалось.
incidents-no-more = На этой странице больше ничего.
incident-line-acknowledged = занимается { $who }
incident-line-silenced = тишина до { $until }
incident-line-resolved = закончился
incident-line-part = часть большего
digest-title =
    { $count ->
        [one] Открыт { $count } инцидент
        [few] Открыто { $count } инцидента
       *[other] Открыто { $count } инцидентов
    }
digest-title-over =
    { $count ->
        [one] { $count } инцидент, и он закончился
        [few] { $count } инцидента, все закончились
       *[other] { $count } инцидентов, все закончились
    }
digest-critical = критично: { $count }
digest-warning =
    { $count ->
        [one] { $count } предупреждение
        [few] { $count } предупреждения
       *[other] { $count } предупреждений
    }
digest-info = к сведению: { $count }
digest-acknowledged = в работе: { $count }
digest-resolved = закончились: { $count }
digest-since = с { $when }
digest-more = И ещё { $count }.

## What a chat hears of

alerts-title-on = Этот чат узнаёт
alerts-title-off = Этот чат не узнаёт ни о чём
alerts-all-critical = обо всём критичном
alerts-all-warning = о предупреждениях и критичном
alerts-all-info = обо всём
alerts-project-critical = о критичном в **{ $project }**
alerts-project-warning = о предупреждениях и критичном в **{ $project }**
alerts-project-info = обо всём в **{ $project }**
alerts-how = `/alerts on critical`, `/alerts on all url-shortener`, `/alerts off`
button-alerts-on = Предупреждения и критичное
button-alerts-critical = Только критичное
button-alerts-off = Больше ничего

## Calls, and the end of it

incident-call = **#{ $number } всё ещё ждёт кого-нибудь**: { $subject }, с { $when }. `/ack { $number }`
incident-call-title = #{ $number } ждёт кого-нибудь
incident-call-how = { $what }. Кто берёт, пишет `/ack { $number }`.
incident-call-remind = **#{ $number } ещё у вас**: { $subject }? `/ack { $number }` — да; `/resolve { $number }` — закрыть.
incident-over-healed = **#{ $number } закончился.** { $subject }: прошло само через { $took }.
incident-over-person = **#{ $number } закончился.** { $subject }: закрыл(а) { $who } через { $took }.
incident-over-recovery = **#{ $number } закончился.** { $subject }: починено через { $took }.
incident-over-unwatched = **#{ $number } закончился.** { $subject }: намеренно выведено из работы через { $took }.
incident-over-swallowed = **#{ $number } закончился**: { $subject } — часть большего инцидента.

## Answers to a click or a command. Plain text: they are shown as toasts

incident-did-ack = #{ $number } ваш.
incident-did-unack =
    { $calls ->
        [yes] #{ $number } снова ждёт; вызовы начнутся через десять секунд.
       *[no] #{ $number } снова ждёт.
    }
incident-did-fix = Начинаю чинить #{ $number }.
incident-did-silence = #{ $number }: тишина до { $until }.
incident-did-unsilence = #{ $number }: тишина снята.
incident-did-resolve = #{ $number } закрыт.
incident-did-reopen =
    { $calls ->
        [yes] #{ $number } снова открыт; вызовы начнутся через десять секунд.
       *[no] #{ $number } снова открыт.
    }
incident-did-assign = #{ $number } поручен: { $who }.
incident-did-report = #{ $number } записан.
incident-did-note = Записано.
incident-late-healed = #{ $number } уже закончился: прошло само { $ago } назад. Ничего не изменилось.
incident-late-recovery = #{ $number } уже закончился: починено { $ago } назад. Ничего не изменилось.
incident-late-unwatched = #{ $number } уже закончился: намеренно выведено из работы { $ago } назад. Ничего не изменилось.
incident-late-swallowed = #{ $number } уже закончился. Ничего не изменилось.
incident-late-resolved = #{ $number } уже закрыт: { $who }, { $ago } назад. Ничего не изменилось.
incident-late-yours = #{ $number } уже ваш, с { $when }. Ничего не изменилось.
incident-late-acknowledged = Этим уже занимается { $who }: #{ $number }, с { $when }. Ничего не изменилось.
incident-late-silenced = #{ $number }: тишину до { $until } уже включил(а) { $who }. Ничего не изменилось.
incident-late-open-critical = #{ $number } открыт и теперь критичен. Ничего не изменилось; посмотрите ещё раз.
incident-late-open-warning = #{ $number } снова открыт. Ничего не изменилось; посмотрите ещё раз.
incident-late-open-info = #{ $number } снова открыт. Ничего не изменилось; посмотрите ещё раз.
incident-not-fixed-resolved = #{ $number } уже закончился. Делать нечего.
incident-not-fixed-under-way = #{ $number } уже чинят.
incident-not-fixed-explained = #{ $number } — часть большего; чинить надо его.
incident-not-fixed-too-many = #{ $number } уже пробовали починить сами, и не раз.

## Repairs that ask first

approval-title-recovery = Чинить инцидент { $incident }?
approval-recovery-body = Я бы сделал так:
button-do-it = Сделать
button-leave-it = Не трогать
click-recovery-approved = Ремонт начинается.
click-recovery-rejected = Ничего не делаю, инцидент остаётся открытым.
