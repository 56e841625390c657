## Кто дежурит

command-oncall = Кто дежурит; график, обмен сменами, календарь
argument-steps = ШАГИ
command-escalation = Кого звать дальше, если никто не отвечает
on-call-title = Дежурство
on-call-title-project = Дежурство: { $project }
on-call-now = **{ $name }** дежурит до { $until }.
on-call-nobody-now = **Сейчас никто не дежурит.** Если что-то сломается, остаётся только эскалация.
on-call-next = Дальше: { $name }, с { $from }.
on-call-common = У { $project } нет своего графика, действует общий.
on-call-none = Кто дежурит, не задано, остаётся только эскалация. Например: `/oncall set weekly on monday at 09:00 Europe/Berlin: anna, boris`
on-call-nobody = никто
on-call-source-override = замена
on-call-source-swap = обмен
on-call-column-from = С
on-call-from-now = сейчас
on-call-column-who = Дежурит
on-call-said-set = Вот как я это понял:
on-call-said-override = Записано. Те, чьё время изменилось, узнают об этом.
on-call-said-calendar = Теперь дежурных задаёт календарь:
on-call-every-days =
    { $days ->
        [1] Каждый день
        [one] Раз в { $days } день
        [few] Раз в { $days } дня
       *[other] Раз в { $days } дней
    }
on-call-every-weeks =
    { $weeks ->
        [1] Раз в неделю ({ $weekday })
        [one] Раз в { $weeks } неделю ({ $weekday })
        [few] Раз в { $weeks } недели ({ $weekday })
       *[other] Раз в { $weeks } недель ({ $weekday })
    }
on-call-rhythm = { $rhythm } в { $at } ({ $zone }): { $names }
on-call-from-calendar = Из календаря на { $host }
on-call-from-file = Из файла календаря, не дальше года вперёд
on-call-warn-gap = С { $from } до { $until } никто не дежурит.
on-call-warn-unreachable = { $name } ни разу не писал мне лично, и позвать его я не смогу: достаточно поздороваться со мной.
on-call-warn-no-access = У { $name } больше нет доступа, его смены ничьи.
on-call-warn-calendar = Перечитать календарь не удалось, показано по последнему разу: { $reason }
on-call-warn-unknown = Из календаря я никого не знаю по имени: { $names }. Люди узнаются по именам, под которыми они известны здесь.
button-escalation = Эскалация
button-on-call = Дежурство

## Чего не бывает

on-call-not-understood = Не понял «{ $wrong }». Например: `{ $example }`
on-call-incomplete = Чего-то не хватает. Например: `{ $example }`
on-call-no-rotation = Там никто не задан дежурным. Например: `/oncall set weekly on monday at 09:00 Europe/Berlin: anna, boris`
on-call-no-access = У кого-то из них больше нет доступа.
on-call-only-watches = { $name } только наблюдает и не сможет ответить. Роль меняет администратор: `/role`.
on-call-members-count = В графике от 1 до 50 человек.
on-call-members-twice = Каждый стоит в графике один раз.
on-call-every = Между передачами смены от 1 до 366 дней.
on-call-zone = Я не знаю такого часового пояса. Они называются, например, `Europe/Berlin` или `UTC`.
on-call-time = Смену передают во время вроде `09:00`.
on-call-date = Первая смена может начаться не дальше чем через год.
on-call-span-over = Это время уже прошло.
on-call-span-long = Это больше чем на 92 дня вперёд. На такой срок меняют график.
on-call-overrides-many = Впереди уже 200 замен. Пора составить другой график.
error-person-not-found-near = Я не знаю никого по имени «{ $name }». Может быть, «{ $near }»?

## Убрать график

on-call-off-title = Больше никто не дежурит?
on-call-off-title-project = Для { $project } больше никто не дежурит?
on-call-off-ask = Вместе с графиком уйдут замены и календарь. Оповещения останутся, но разбудить кого-то сможет только эскалация.
button-on-call-off = Убрать
button-on-call-keep = Оставить
on-call-removed = Больше никто не дежурит. Задать снова: `/oncall set`.
on-call-removed-project = У { $project } больше нет своего графика, действует общий.

## Обмен и замены

on-call-given = { $who } ставит вас дежурить с { $when } до { $until }.
on-call-taken = { $who } меняет дежурство: с { $when } до { $until } вместо вас дежурит другой.
on-call-swap-title = { $name } просит вас подменить
on-call-swap-body = Вы бы дежурили с { $from } до { $until }.
on-call-swap-body-project = Вы бы дежурили по { $project } с { $from } до { $until }.
on-call-swap-state-agreed = Вы согласились.
on-call-swap-state-declined = Вы отказались.
on-call-swap-state-over = Никто не ответил вовремя, всё осталось как было.
button-agree = Согласиться
button-decline = Отказаться
on-call-swap-asked = Лично спросил: { $name } мог бы дежурить с { $when } до { $until }. Пока согласия нет, ничего не меняется.
on-call-swap-agreed = { $who } согласен: дежурит вместо вас с { $when } до { $until }.
on-call-swap-declined = { $who } отказывается: с { $when } до { $until } дежурите вы.
on-call-swap-you-agreed = Спасибо. Смена ваша.
on-call-swap-you-declined = Вы отказались, об этом уже знают.
on-call-swap-you-over = Поздно: время прошло, или смену уже нельзя отдать. Ничего не изменилось.
on-call-swap-was-proposed = Вопрос ещё открыт.
on-call-swap-was-agreed = Вы уже согласились.
on-call-swap-was-declined = Вы уже отказались.
on-call-swap-self = Это и так вы.
on-call-swap-nothing = Вы тогда не дежурите, менять нечего. Кто когда дежурит: `/oncall`.
on-call-swap-unreachable = { $name } ни разу не писал мне лично, спросить его я не могу. Ничего не изменилось.
on-call-swaps-many = Десять вопросов уже ждут ответа.
on-call-swap-not-yours = Спросили не вас.

## Без вопроса

on-call-gap = С { $when } никто не дежурит. Ближайшие дни: `/oncall`; закрыть дыру: `/oncall override ИМЯ from … to …`.
on-call-gap-project = С { $when } никто не дежурит по { $project }. Ближайшие дни: `/oncall { $project }`; закрыть дыру: `/oncall override ИМЯ from … to … for { $project }`.
on-call-unreachable = { $name } стоит в графике дежурств, но ни разу не писал мне лично, и позвать его я не смогу. Достаточно поздороваться со мной.
on-call-begins = Вы дежурите, до { $until }.
on-call-begins-project = Вы дежурите по { $project }, до { $until }.

## Календари

calendar-problem-address = Календарь читается по адресу, который начинается с `https://`, или из файла вместе с `/oncall calendar`.
calendar-problem-inside = Этот адрес ведёт на эту машину или в частную сеть. Календари я читаю только из открытого интернета; пришлите его файлом.
calendar-problem-unreachable = По адресу календаря никто не отвечает.
calendar-problem-status = Вместо календаря пришла ошибка. Адрес ещё действует и не требует пароля?
calendar-problem-redirects = Адрес ведёт всё дальше на другие адреса, а календаря в конце нет.
calendar-problem-too-large = Календарь больше 2 МБ.
calendar-problem-too-slow = Календарь не пришёл за 20 секунд.
calendar-problem-no-calendar = Это не календарь в формате iCalendar (`.ics`).
calendar-problem-too-much = В календаре больше событий, чем можно отдежурить, или они повторяются слишком часто.

## Эскалация

escalation-title = Эскалация
escalation-title-project = Эскалация: { $project }
escalation-said = Вот как я это понял:
escalation-step-on-call = кто дежурит
escalation-step-person = { $name }
escalation-step-chat = чат ({ $platform })
escalation-step-wait =
    { $minutes ->
        [one] ждать { $minutes } минуту
        [few] ждать { $minutes } минуты
       *[other] ждать { $minutes } минут
    }
escalation-step-wait-hours =
    { $hours ->
        [one] ждать { $hours } час
        [few] ждать { $hours } часа
       *[other] ждать { $hours } часов
    }
escalation-step-repeat =
    { $times ->
        [one] ещё { $times } раз с начала
        [few] ещё { $times } раза с начала
       *[other] ещё { $times } раз с начала
    }
escalation-not-own = У { $project } нет своей эскалации.
escalation-default = Её никто не задавал, так действует без неё. Например: `/escalation on-call, wait 5, boris, wait 10, chat, repeat 2`
escalation-footer = Останавливается, как только кто-то подтвердит. Начатая идёт так, как началась.
escalation-problem-too-long = Это больше 20 шагов.
escalation-problem-nobody-asked = В ней никого не зовут. Например: `{ $example }`
escalation-problem-wait-out-of-bounds = Ждать можно от 1 минуты до 24 часов.
escalation-problem-repeat-out-of-bounds = Повторять можно от 1 до 10 раз.
escalation-problem-repeat-not-last = Повтор стоит в конце.
escalation-problem-repeat-without-wait = В том, что повторяется, нужна пауза, иначе всех будут звать снова и снова сразу.
