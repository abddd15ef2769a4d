//! The servers' own words for errors that Diesel calls `Unknown`, in every language they ship.
//!
//! Diesel passes on no SQLSTATE and no error number, only the message; its language is the
//! session's to choose. Messages are compared whole: a part of one could stand in somebody's data.
//! The English one comes first. Taken from the message catalogues of PostgreSQL 15
//! (`LC_MESSAGES/postgres`) and MariaDB 10.11 (`errmsg-utf8.txt`, which MySQL's agrees with).

use std::sync::OnceLock;

/// What a database error that Diesel calls `Unknown` means to idem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KnownError {
    /// A deadlock or a serialization failure: PostgreSQL 40P01, MySQL 1213.
    Transient,
    /// A lock was not had in time: PostgreSQL 55P03, MySQL 1205.
    LockTimeout,
    /// An earlier error aborted the transaction: PostgreSQL 25P02.
    Aborted,
}

type Interpreter = fn(&str) -> Option<KnownError>;

static INTERPRETER: OnceLock<Interpreter> = OnceLock::new();

/// Tells idem what a server's message means, for servers whose messages it doesn't know: forks,
/// other languages, proxies. It is asked only about messages that idem doesn't know itself. The
/// first call in a process counts; the answer is whether this was it.
///
/// ```
/// use idem_diesel::KnownError;
///
/// idem_diesel::interpret_messages_with(|message| {
///     (message == "restart transaction: TransactionRetryError").then_some(KnownError::Transient)
/// });
/// ```
pub fn interpret_messages_with(interpreter: fn(&str) -> Option<KnownError>) -> bool {
    INTERPRETER.set(interpreter).is_ok()
}

/// Looks a message up, first among `known`, then with the user's own interpreter.
pub(crate) fn interpret(message: &str, known: &[(&[&str], KnownError)]) -> Option<KnownError> {
    known
        .iter()
        .find(|(words, _)| words.contains(&message))
        .map(|(_, meaning)| *meaning)
        .or_else(|| {
            INTERPRETER
                .get()
                .and_then(|interpreter| interpreter(message))
        })
}

/// PostgreSQL 55P03, `lock_not_available`.
#[cfg(feature = "postgres")]
pub(crate) const POSTGRES_LOCK_TIMEOUT: &[&str] = &[
    "canceling statement due to lock timeout",
    "storniere Anfrage wegen Zeitüberschreitung einer Sperre",
    "cancelando la sentencia debido a que se agotó el tiempo de espera de candados (locks)",
    "annulation de la requête à cause du délai écoulé pour l'obtention des verrous",
    "annullamento dell'istruzione a causa di timeout di lock",
    "ロックのタイムアウトのためステートメントをキャンセルしています",
    "გამოსახულება გაუქმდება ბლოკის მოლოდინის ვადის ამოწურვის გამო",
    "잠금 대기 시간 초과로 작업을 취소합니다.",
    "выполнение оператора отменено из-за тайм-аута блокировки",
    "avbryter sats på grund av lås-timeout",
    "виконання оператора скасовано через тайм-аут блокування",
    "由于锁超时，正在取消语句",
    "由於鎖定逾時，正在取消敘述",
];

/// PostgreSQL 40P01, `deadlock_detected`.
#[cfg(feature = "postgres")]
pub(crate) const POSTGRES_DEADLOCK: &[&str] = &[
    "deadlock detected",
    "Verklemmung (Deadlock) entdeckt",
    "se ha detectado un deadlock",
    "interblocage (deadlock) détecté",
    "rilevato deadlock",
    "デッドロックを検出しました",
    "ნაპოვნია ურთიერთბლოკირება",
    "deadlock 발생했음",
    "обнаружена взаимоблокировка",
    "deadlock upptäckt",
    "виявлено взаємне блокування",
    "检测到死锁",
    "發現死結",
];

/// PostgreSQL 25P02, `in_failed_sql_transaction`.
#[cfg(feature = "postgres")]
pub(crate) const POSTGRES_ABORTED: &[&str] = &[
    "current transaction is aborted, commands ignored until end of transaction block",
    "aktuelle Transaktion wurde abgebrochen, Befehle werden bis zum Ende der Transaktion ignoriert",
    "transacción abortada, las órdenes serán ignoradas hasta el fin de bloque de transacción",
    "la transaction est annulée, les commandes sont ignorées jusqu'à la fin du bloc\nde la transaction",
    "la transazione corrente è interrotta, i comandi saranno ignorati fino alla fine del blocco della transazione",
    "現在のトランザクションがアボートしました。トランザクションブロックが終わるまでコマンドは無視されます",
    "현재 트랜잭션은 중지되어 있습니다. 이 트랜잭션을 종료하기 전까지는 모든 명령이 무시될 것입니다",
    "текущая транзакция прервана, команды до конца блока транзакции игнорируются",
    "aktuella transaktionen har avbrutits, alla kommandon ignoreras tills slutet på transaktionen",
    "поточна транзакція перервана, команди до кінця блока транзакції пропускаються",
    "当前事务已中止，事务块结束之前的命令将被忽略",
    "目前交易已中止，忽略指令直到交易區塊結尾",
];

/// MySQL 1213, `ER_LOCK_DEADLOCK`.
#[cfg(feature = "mysql")]
pub(crate) const MYSQL_DEADLOCK: &[&str] = &[
    "Deadlock found when trying to get lock; try restarting transaction",
    "试图锁定时发现僵局;尝试重新启动事务",
    "Lukustamisel tekkis tupik (deadlock); alusta transaktsiooni otsast",
    "Deadlock découvert en essayant d'obtenir les verrous : essayez de redémarrer la transaction",
    "Beim Versuch, eine Sperre anzufordern, ist ein Deadlock aufgetreten. Versuchen Sie, die Transaktion neu zu starten",
    "ჩიხი ბლოკის მიღების მცდელობისას. სცადეთ, ტრანზაქცია თავიდან გაუშვათ",
    "Trovato deadlock durante il lock; Provare a far ripartire la transazione",
    "ロック取得中にデッドロックが検出されました。トランザクションを再試行してください。",
    "Deadlock gevonden tijdens lock-aanvraag poging; Probeer herstart van de transactie",
    "Encontrado um travamento fatal (deadlock) quando tentava obter uma trava. Tente reiniciar a transação",
    "Возникла тупиковая ситуация в процессе получения блокировки; Попробуйте перезапустить транзакцию",
    "Unakrsno zaključavanje pronađeno kada sam pokušao da dobijem pravo na zaključavanje; Probajte da restartujete transakciju",
    "Encontrado estancamiento (deadlock) al intentar obtener el bloqueo; intente volver a comenzar la transacción",
    "Fick 'DEADLOCK' vid låsförsök av block/rad. Försök att starta om transaktionen",
    "Взаємне блокування знайдено під час спроби отримати блокування; спробуйте перезапустити транзакцію.",
];

/// MySQL 1205, `ER_LOCK_WAIT_TIMEOUT`.
#[cfg(feature = "mysql")]
pub(crate) const MYSQL_LOCK_TIMEOUT: &[&str] = &[
    "Lock wait timeout exceeded; try restarting transaction",
    "锁等待超时;尝试重新启动事务",
    "Lock wait timeout overskredet",
    "Kontrollaeg ületatud luku järel ootamisel; Proovi transaktsiooni otsast alata",
    "Timeout sur l'obtention du verrou",
    "Beim Warten auf eine Sperre wurde die zulässige Wartezeit überschritten. Bitte versuchen Sie, die Transaktion neu zu starten",
    "ბლოკის მოლოდინის ვადა ამოიწურა. სცადეთ, ტრანზაქცია თავიდან გაუშვათ",
    "E' scaduto il timeout per l'attesa del lock",
    "ロック待ちがタイムアウトしました。トランザクションを再試行してください。",
    "Lock wacht tijd overschreden",
    "Tempo de espera (timeout) de travamento excedido. Tente reiniciar a transação",
    "Таймаут ожидания блокировки истек; попробуйте перезапустить транзакцию",
    "Vremenski limit za zaključavanje tabele je istekao; Probajte da ponovo startujete transakciju",
    "Tiempo de espera de bloqueo excedido; intente rearrancar la transacción",
    "Fick inte ett lås i tid ; Försök att starta om transaktionen",
    "Затримку очікування блокування вичерпано",
];
