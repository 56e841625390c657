# What happens by itself, and what it found.

command-servers = Серверы и отвечают ли они
command-server = Один сервер; проверить сейчас или взять на обслуживание
servers-title = Серверы
servers-none = Серверов нет. Где они, говорят PRORAB_INVENTORY и HCLOUD_TOKEN.
servers-no-more = На этой странице ничего нет.
server-unknown = Сервера { $name } нет. Все они видны по /servers.
server-unknown-near = Сервера { $name } нет. Может быть, `{ $nearest }`?
server-status-discovered = найден
server-status-provisioning = готовится
server-status-ready = готов
server-status-error = подготовка не удалась
server-status-unreachable = недоступен
server-status-maintenance = на обслуживании
server-status-retired = выведен
server-field-check = Связь
server-field-disk = Диск
server-field-memory = Память
server-field-load = Нагрузка на процессор
server-field-certificate = Сертификат
server-field-waits = Чего не хватает
server-field-source = Откуда известен
server-certificate-ended = истёк
server-certificate-left = истекает через { $left }
server-lack-address = адреса
server-lack-ssh-key = ключа SSH (PRORAB_SSH_KEY)
server-lack-answer = первого ответа
server-lack-way-in = доступа с ключом SSH
server-check-none = не проверяется
server-check-off = проверка выключена
server-check-first = ещё не проверялся
server-check-ok = отвечает за { $ms } мс
server-check-failing =
    { $failures ->
        [one] не отвечает ({ $failures } неудачная проверка)
        [few] не отвечает ({ $failures } неудачные проверки)
       *[other] не отвечает ({ $failures } неудачных проверок)
    }
server-check-doubtful =
    { $failures ->
        [one] { $failures } неудачная проверка
        [few] { $failures } неудачные проверки
       *[other] { $failures } неудачных проверок
    }
server-check-last-ok = последний ответ { $time }
server-check-age = проверен { $age } назад
server-history = История
server-button-check = Проверить сейчас
server-button-maintenance = На обслуживание
server-button-resume = Закончить обслуживание
server-checking = { $name } будет проверен через несколько секунд; итог покажет его карточка.
server-not-checked = На { $name } проверять нечего: у него нет адреса.
server-maintenance-begun = { $name } на обслуживании: о нём никого не тревожим. Закончить: `/server resume { $name }`.
server-maintenance-ended = { $name } больше не на обслуживании и будет проверен сразу.
server-retired = { $name } выведен: его больше не проверяют. Он вернётся, когда снова появится в своём источнике.
server-key-trusted = Следующий ключ, который покажет { $name }, будет считаться его собственным.
server-move-impossible = В нынешнем состоянии сервера так нельзя. Оно видно по /servers.

command-sync = Что происходит само: последние и следующие запуски и что они изменили
command-discovered = Найденные репозитории и чего им не хватает
command-adopt = Взять найденный проект под присмотр
command-ignore = Не трогать найденный проект
sync-title = Что происходит само
sync-none = Пока ничего не запускалось.
sync-last-changes = Последние изменения
sync-last-ok = последний успех { $time }
sync-never-ok = пока ни разу не удалось
sync-next = следующий раз { $time }
sync-failing =
    { $failures ->
        [one] не удалось: { $reason }
        [few] не удалось { $failures } раза подряд: { $reason }
       *[other] не удалось { $failures } раз подряд: { $reason }
    }
sync-run-failed = не удалось: { $reason }
sync-button-run = Запустить { $name }
sync-started = { $name } запускается; итог покажет /sync.
sync-unknown = Само не происходит ничего с именем { $name }. Есть: { $names }.
sync-count-discovered = найдено: { $count }
sync-count-updated = обновлено: { $count }
sync-count-missing = пропало: { $count }
sync-count-unreachable = недоступно: { $count }
sync-count-healed = вернулось: { $count }
sync-count-deliveries = вебхуков: { $count }
sync-count-failed = не удалось: { $count }
sync-count-changed = изменено: { $count }
sync-count-retired = списано: { $count }
sync-count-returned = снова в списке: { $count }
sync-count-failing = не отвечает: { $count }
sync-count-recovered = восстановилось: { $count }
sync-count-done = шагов: { $count }
sync-count-noted = отмечено: { $count }
sync-count-lost = потеряно: { $count }
sync-count-overdue = просрочено: { $count }
sync-count-orphans = освобождено: { $count }
sync-count-gaps = пробелов: { $count }
sync-count-begun = смен началось: { $count }

discovered-title = Найден: { $name }
discovered-title-adopted = { $name }
discovered-title-ignored = Не трогаем: { $name }
discovered-title-gone = { $name }
discovered-not-looked = Пока никто не смотрел, нужны ли ему секреты.
discovered-nothing-missing = Все нужные секреты на месте.
discovered-setup-required =
    { $count ->
        [one] **Нужна настройка.** Не хватает { $count } секрета: { $names }
       *[other] **Нужна настройка.** Не хватает { $count } секретов: { $names }
    }
discovered-field-traits = Видимость
discovered-private = закрытый
discovered-public = открытый
discovered-archived = там в архиве
discovered-button-adopt = Взять
discovered-button-ignore = Не трогать
discovered-adopted-by = Под присмотр взял(а) { $name }, { $time }
discovered-ignored-by = Не трогать: { $name }, { $time }
discovered-adopted = { $name } теперь под присмотром. Его показывает `/project { $name }`.
discovered-ignored = { $name } не трогаем. Передумать: `/adopt { $name }`.
discovered-already-adopted = { $by } уже взял(а) { $name } под присмотр.
discovered-already-ignored = { $by } уже сказал(а) не трогать { $name }.
discovered-no-find = { $name } — не найденный проект, который ждёт решения.
discovered-many =
    { $count ->
        [one] Найден { $count } репозиторий в { $owner }. Его показывает /discovered.
        [few] Найдено { $count } репозитория в { $owner }. Их показывает /discovered.
       *[other] Найдено { $count } репозиториев в { $owner }. Их показывает /discovered.
    }
found-title = Найдены, но не взяты
found-none = Решать нечего: все найденные репозитории под присмотром.
found-ignored = не трогаем
found-setup-required =
    { $count ->
        [one] нужна настройка: { $count } секрет
        [few] нужна настройка: { $count } секрета
       *[other] нужна настройка: { $count } секретов
    }
field-missing-secrets = Нужна настройка
