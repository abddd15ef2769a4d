//! The page as a person uses it.

use crate::browser::{Browser, DESKTOP, Look, with_browsers};
use crate::shop::Shop;
use fantoccini::key::Key;
use std::sync::Arc;

/// How long the line takes each way: long enough to press again meanwhile.
const DELAY: u64 = 250;

const HEARD: &str = "document.getElementById('heard').textContent.startsWith('✓')";

/// What the page says: expected, made, too many, and the balance.
async fn figures(browser: &Browser) -> [String; 4] {
    [
        browser.text("expected").await,
        browser.text("made").await,
        browser.text("surplus").await,
        browser.text("balance").await,
    ]
}

async fn stages(browser: &Browser) -> String {
    let stages = "[...document.querySelectorAll('#log > li')].reverse().map(li => `${li.dataset.stage} ${li.dataset.did}`).join(', ')";
    browser.ask(stages).await.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_lost_answer_and_a_retry_are_one_charge() {
    let shop = Arc::new(Shop::open(DELAY));
    with_browsers(&[DESKTOP], async move |browsers: Vec<Browser>| {
        let [page] = &browsers[..] else { unreachable!() };
        page.visit(&format!("{}?fates=response-lost,delivered", shop.url())).await;
        assert_eq!(page.text("balance").await, "€1,000.00");
        page.click("#pay").await;
        page.until("silence", "document.getElementById('heard').textContent.includes('Silence')").await;
        // The money is gone before anything was heard.
        assert_eq!(page.text("balance").await, "€980.01");
        page.until("an answer", HEARD).await;

        assert_eq!(figures(page).await, ["1", "1", "0", "€980.01"]);
        assert!(page.text("heard").await.contains("after asking 2 times"));
        assert_eq!(page.text("verdict").await, "✓ Nobody was charged twice.");
        page.until("the second answer in the log", "document.querySelectorAll('#log .chip.good').length === 1").await;
        assert_eq!(stages(page).await, "response-lost charged, delivered replayed");
        let keys = page.ask("new Set([...document.querySelectorAll('#log .key code')].map(code => code.textContent)).size").await;
        assert_eq!(keys, 1);
        assert_eq!(page.ask("document.querySelector('#log .state').textContent").await, "completed");
        let sql = page.ask("document.querySelectorAll('#log > li')[1].querySelector('.sql').textContent").await;
        assert!(sql.as_str().unwrap().contains("INSERT INTO idem_records"), "{sql}");
        page.picture("page").await;
    })
    .await;
}
