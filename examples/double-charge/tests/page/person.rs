//! The page as a person uses it.

use crate::browser::{Browser, DESKTOP, with_browsers};
use crate::shop::Shop;
use fantoccini::key::Key;

/// How long the line takes each way: long enough to press again meanwhile.
const DELAY: u64 = 250;

/// The customer's status, once an answer has come.
const HEARD: &str = "document.getElementById('heard').textContent.startsWith('✓')";
const SILENCE: &str = "document.getElementById('heard').textContent.includes('Silence')";

/// What the page says: expected, made, too many, and the balance.
async fn figures(page: &Browser) -> [String; 4] {
    [
        page.text("expected").await,
        page.text("made").await,
        page.text("surplus").await,
        page.text("balance").await,
    ]
}

/// What became of each request, the first one first, once there are so many and all have ended.
async fn ends(page: &Browser, requests: usize) -> String {
    let cards = "[...document.querySelectorAll('#log > li')].reverse()";
    let ended = "li => /delivered|lost/.test(li.dataset.stage)";
    let all = format!("{cards}.filter({ended}).length === {requests}");
    page.until("all requests have ended", &all).await;
    let ends = format!("{cards}.map(li => `${{li.dataset.stage}} ${{li.dataset.did}}`).join(', ')");
    page.ask(&ends).await.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_lost_answer_and_a_retry_are_one_charge() {
    let shop = Shop::open(DELAY);
    with_browsers(&[DESKTOP], async move |pages: Vec<Browser>| {
        let page = &pages[0];
        page.visit(&shop.url_with("response-lost,delivered")).await;
        assert_eq!(page.text("balance").await, "€1,000.00");
        page.click("#pay").await;
        page.until("silence", SILENCE).await;
        // The money is gone before anything was heard.
        assert_eq!(page.text("balance").await, "€980.01");
        page.until("an answer", HEARD).await;

        assert_eq!(
            ends(page, 2).await,
            "response-lost charged, delivered replayed"
        );
        assert_eq!(figures(page).await, ["1", "1", "0", "€980.01"]);
        assert!(page.text("heard").await.contains("after asking 2 times"));
        assert_eq!(page.text("verdict").await, "✓ Nobody was charged twice.");
    })
    .await;
}

#[tokio::test]
async fn the_log_has_the_key_the_record_and_the_sql() {
    let shop = Shop::open(DELAY);
    with_browsers(&[DESKTOP], async move |pages: Vec<Browser>| {
        let page = &pages[0];
        page.visit(&shop.url_with("response-lost,delivered")).await;
        page.click("#pay").await;
        ends(page, 2).await;
        let all = |what: &str, of: &str| {
            format!("[...document.querySelectorAll('{what}')].map(e => {of}).join(' | ')")
        };
        let keys = page.ask(&all("#log .key code", "e.textContent")).await;
        let keys: Vec<_> = keys.as_str().unwrap().split(" | ").collect();
        assert_eq!(keys.len(), 2);
        assert_eq!(keys[0], keys[1]); // one key for the purchase
        let records = page.ask(&all("#log .record", "e.textContent")).await;
        let records = records.as_str().unwrap();
        assert_eq!(
            records.matches("completed in idem_records").count(),
            2,
            "{records}"
        );
        assert!(
            records.contains(keys[0]) && records.contains("expires_at"),
            "{records}"
        );
        let sql = page
            .ask("document.querySelectorAll('#log .sql')[1].textContent")
            .await;
        for sent in [
            "BEGIN IMMEDIATE",
            "INSERT INTO idem_records",
            "double_charge_charges",
            "COMMIT",
        ] {
            assert!(sql.as_str().unwrap().contains(sent), "{sql}");
        }
    })
    .await;
}

#[tokio::test]
async fn without_idempotency_the_same_losses_are_two_charges() {
    let shop = Shop::open(DELAY);
    with_browsers(&[DESKTOP], async move |pages: Vec<Browser>| {
        let page = &pages[0];
        page.visit(&shop.url_with("response-lost,delivered")).await;
        page.click("label.switch").await;
        page.click("#pay").await;
        page.until("an answer", HEARD).await;

        assert_eq!(
            ends(page, 2).await,
            "response-lost charged, delivered charged"
        );
        assert_eq!(figures(page).await, ["1", "2", "1", "€960.02"]);
        let verdict = page.text("verdict").await;
        assert_eq!(
            verdict,
            "✗ 1 charge too many: €19.99 taken that nobody owed."
        );
        let chart = page
            .ask("document.querySelector('#plot svg').getAttribute('aria-label')")
            .await;
        let chart = chart.as_str().unwrap();
        assert!(
            chart.contains("purchase 1, without idempotency: 2 charges"),
            "{chart}"
        );
        assert_eq!(
            page.ask("document.querySelectorAll('#plot .again').length")
                .await,
            1
        );
        assert_eq!(
            page.ask("document.querySelectorAll('#log .record').length")
                .await,
            0
        );
    })
    .await;
}

#[tokio::test]
async fn a_lost_request_is_asked_again_and_charged_once() {
    let shop = Shop::open(DELAY);
    with_browsers(&[DESKTOP], async move |pages: Vec<Browser>| {
        let page = &pages[0];
        page.visit(&shop.url_with("request-lost,delivered")).await;
        page.click("#pay").await;
        page.until("silence", SILENCE).await;
        // To the customer it looks the same, but here nothing is gone.
        assert_eq!(page.text("balance").await, "€1,000.00");
        page.until("an answer", HEARD).await;
        assert_eq!(
            ends(page, 2).await,
            "request-lost undefined, delivered charged"
        );
        assert_eq!(figures(page).await, ["1", "1", "0", "€980.01"]);
    })
    .await;
}

#[tokio::test]
async fn a_double_click_is_one_charge_or_without_idempotency_two() {
    let shop = Shop::open(DELAY);
    with_browsers(&[DESKTOP], async move |pages: Vec<Browser>| {
        let page = &pages[0];
        page.visit(&shop.url_with("delivered,delivered,delivered,delivered"))
            .await;
        page.double_click("#pay").await;
        let first = ends(page, 2).await;
        assert!(
            first.contains("charged") && first.contains("replayed"),
            "{first}"
        );
        assert_eq!(figures(page).await, ["1", "1", "0", "€980.01"]);

        page.click("label.switch").await;
        page.double_click("#pay").await;
        ends(page, 4).await;
        assert_eq!(figures(page).await, ["2", "3", "1", "€940.03"]);
    })
    .await;
}

#[tokio::test]
async fn two_browsers_see_the_same() {
    let shop = Shop::open(DELAY);
    with_browsers(&[DESKTOP, DESKTOP], async move |pages: Vec<Browser>| {
        let [one, other] = &pages[..] else {
            unreachable!()
        };
        for page in &pages {
            page.visit(&shop.url_with("response-lost,delivered,delivered"))
                .await;
        }
        one.click("#pay").await;
        other.click("#pay").await; // at the same time, and another purchase
        assert_eq!(ends(one, 4).await, ends(other, 4).await);
        for page in &pages {
            assert_eq!(figures(page).await, ["2", "2", "0", "€960.02"]);
            assert_eq!(
                page.ask("document.querySelectorAll('#log .others').length")
                    .await,
                2
            );
        }
        // Whoever comes later is told what happened before.
        other.visit(&shop.url()).await;
        assert_eq!(ends(one, 4).await, ends(other, 4).await);
        assert_eq!(figures(one).await, figures(other).await);

        other.click("#start-over").await;
        for page in &pages {
            let anew = "document.getElementById('balance').textContent === '€1,000.00'";
            page.until("both start over", anew).await;
            assert_eq!(figures(page).await, ["0", "0", "0", "€1,000.00"]);
        }
        one.click("#pay").await;
        ends(other, 1).await;
        assert_eq!(figures(one).await, ["1", "1", "0", "€980.01"]);
    })
    .await;
}

#[tokio::test]
async fn a_keyboard_is_enough() {
    let shop = Shop::open(DELAY);
    with_browsers(&[DESKTOP], async move |pages: Vec<Browser>| {
        let page = &pages[0];
        page.visit(&shop.url_with("response-lost,delivered,response-lost,delivered"))
            .await;
        // In the order of the page, and each with a focus that can be seen.
        for id in ["start-over", "pay", "idempotency", "loss"] {
            page.press_key(Key::Tab).await;
            assert_eq!(page.ask("document.activeElement.id").await, id);
            assert_eq!(
                page.ask("document.activeElement.matches(':focus-visible')")
                    .await,
                true
            );
        }
        page.press_key(Key::Left).await;
        assert_eq!(page.text("loss-shown").await, "45 %");
        page.back_to("pay").await;
        page.press_key(Key::Enter).await;
        page.until("an answer", HEARD).await;
        assert_eq!(figures(page).await, ["1", "1", "0", "€980.01"]);

        page.press_key(Key::Tab).await;
        page.press_key(Key::Space).await;
        assert_eq!(
            page.ask("document.getElementById('idempotency').checked")
                .await,
            false
        );
        page.back_to("pay").await;
        page.press_key(Key::Space).await;
        ends(page, 4).await;
        assert_eq!(figures(page).await, ["2", "3", "1", "€940.03"]);

        page.back_to("start-over").await;
        page.press_key(Key::Enter).await;
        page.until(
            "everything anew",
            "document.getElementById('made').textContent === '0'",
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn the_page_says_when_the_shop_is_gone() {
    let shop = Shop::open(DELAY);
    with_browsers(&[DESKTOP], async move |pages: Vec<Browser>| {
        let page = &pages[0];
        page.visit(&shop.url()).await;
        drop(shop);
        page.until(
            "the button is off",
            "document.getElementById('pay').disabled",
        )
        .await;
        assert!(page.text("heard").await.contains("can’t be reached"));
    })
    .await;
}
