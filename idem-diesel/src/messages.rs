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

/// PostgreSQL 57014, `query_canceled`, by `statement_timeout`.
#[cfg(feature = "postgres")]
pub(crate) const POSTGRES_STATEMENT_TIMEOUT: &[&str] = &[
    "canceling statement due to statement timeout",
    "storniere Anfrage wegen Zeitüberschreitung der Anfrage",
    "cancelando la sentencia debido a que se agotó el tiempo de espera de sentencias",
    "annulation de la requête à cause du délai écoulé pour l'exécution de l'instruction",
    "annullamento dell'istruzione a causa di timeout",
    "ステートメントのタイムアウトのためステートメントをキャンセルしています",
    "명령실행시간 초과로 작업을 취소합니다.",
    "выполнение оператора отменено из-за тайм-аута",
    "avbryter sats på grund av sats-timeout",
    "виконання оператора скасовано через тайм-аут",
    "由于语句执行超时，正在取消语句",
    "因為陳述式逾時，正在取消陳述式",
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

/// PostgreSQL 40001, `serialization_failure`. Diesel tells it apart, until an error wraps it.
#[cfg(feature = "postgres")]
pub(crate) const POSTGRES_SERIALIZATION: &[&str] = &[
    "could not serialize access due to concurrent update",
    "konnte Zugriff nicht serialisieren wegen gleichzeitiger Aktualisierung",
    "no se pudo serializar el acceso debido a un update concurrente",
    "n'a pas pu sérialiser un accès à cause d'une mise à jour en parallèle",
    "serializzazione dell'accesso fallita a causa di modifiche concorrenti",
    "更新が同時に行われたためアクセスの直列化ができませんでした",
    "ერთდროული განახლების გამო წვდომის სერიალიზაცია შეუძლებელია",
    "동시 업데이트 때문에 순차적 액세스가 불가능합니다",
    "не удалось сериализовать доступ из-за параллельного изменения",
    "kunde inte serialisera åtkomst på grund av samtidig uppdatering",
    "не вдалося серіалізувати доступ через паралельне оновлення",
    "由于并发更新，无法串行化访问",
    "因為並行更新，無法序列化存取",
    "could not serialize access due to concurrent delete",
    "konnte Zugriff nicht serialisieren wegen gleichzeitigem Löschen",
    "no se pudo serializar el acceso debido a un delete concurrente",
    "n'a pas pu sérialiser un accès à cause d'une suppression en parallèle",
    "impossibile serializzare l'accesso a causa dell'eliminazione simultanea",
    "削除が同時に行われたためアクセスの直列化ができませんでした",
    "ერთდროული წაშლის გამო წვდომის სერიალიზაცია შეუძლებელია",
    "동시 삭제 작업 때문에 순차적 액세스가 불가능합니다",
    "не удалось сериализовать доступ из-за параллельного удаления",
    "kunde inte serialisera åtkomst på grund av samtidig borttagning",
    "не вдалося серіалізувати доступ через паралельне видалення",
    "由于并发删除，无法串行化访问",
    "由於並行刪除，無法序列化存取",
    "could not serialize access due to read/write dependencies among transactions",
    "konnte Zugriff nicht serialisieren wegen Lese-/Schreib-Abhängigkeiten zwischen Transaktionen",
    "no se pudo serializar el acceso debido a dependencias read/write entre transacciones",
    "n'a pas pu sérialiser un accès à cause des dépendances de lecture/écriture\nparmi les transactions",
    "serializzazione dell'accesso fallita a causa di dipendenze di lettura/scrittura tra le transazioni",
    "トランザクション間で read/write の依存性があったため、アクセスの直列化ができませんでした",
    "트랜잭션간 읽기/쓰기 의존성 때문에 serialize 접근을 할 수 없음",
    "не удалось сериализовать доступ из-за зависимостей чтения/записи между транзакциями",
    "kunde inte serialisera åtkomst på grund av läs/skriv-beroenden bland transaktionerna",
    "не вдалося серіалізувати доступ через залежність читання/запису серед транзакцій",
    "由于事务间的读写依赖，无法串行化访问",
    "由於交易間的讀寫相依，無法序列化存取",
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
