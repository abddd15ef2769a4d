//! How the page looks, and what it is to those who don't see it.

use crate::browser::{Browser, DESKTOP, Look, with_browsers};
use crate::shop::Shop;
use serde_json::json;

/// Slow enough to have a picture of an envelope on its way.
const DELAY: u64 = 300;

const PHONE: Look = Look {
    size: (390, 844),
    ..DESKTOP
};

/// Everything that can be operated, and has no name to be told by.
const NAMELESS: &str = r##"
    [...document.querySelectorAll("button, input, summary, output, [tabindex], [role=img], table")].filter((e) => {
        const labelled = (e.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id));
        const names = [e.getAttribute("aria-label"), e.textContent, e.caption?.textContent,
                       ...[...(e.labels ?? []), ...labelled].map((label) => label?.textContent)];
        return !names.some((name) => name?.trim());
    }).map((e) => e.outerHTML)
"##;

/// Texts whose contrast is below WCAG's level AA.
const FAINT: &str = r##"
    (() => {
        const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
        const rgba = (color) => {
            canvas.clearRect(0, 0, 1, 1);
            canvas.fillStyle = color;
            canvas.fillRect(0, 0, 1, 1);
            return [...canvas.getImageData(0, 0, 1, 1).data];
        };
        const luminance = ([r, g, b]) => {
            const [x, y, z] = [r, g, b].map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
            return 0.2126 * x + 0.7152 * y + 0.0722 * z;
        };
        const behind = (e) => {
            for (; e; e = e.parentElement) {
                const color = rgba(getComputedStyle(e).backgroundColor);
                if (color[3] === 255) return color;
            }
            return rgba("white");
        };
        const faint = [];
        const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
            const e = texts.currentNode.parentElement;
            if (!texts.currentNode.data.trim() || !e.checkVisibility() || e.closest("noscript, svg .cross")) continue;
            const style = getComputedStyle(e);
            const ink = rgba(e.closest("svg") ? style.fill : style.color);
            const [light, dark] = [luminance(ink), luminance(behind(e))].sort((a, b) => b - a);
            const size = parseFloat(style.fontSize);
            const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
            const ratio = (light + 0.05) / (dark + 0.05);
            if (ratio < (large ? 3 : 4.5)) faint.push(`${ratio.toFixed(2)} ${texts.currentNode.data}`);
        }
        return faint;
    })()
"##;

/// What was fetched from anywhere else.
const ELSEWHERE: &str = "performance.getEntriesByType('resource').map((entry) => entry.name) \
                         .filter((name) => !name.startsWith(location.origin + '/'))";

/// What can only be seen by scrolling, of what matters.
const BELOW: &str = "['balance', 'pay', 'charges', 'idempotency', 'loss', 'verdict', 'plot', 'log'] \
                     .filter((id) => document.getElementById(id).getBoundingClientRect().top >= innerHeight)";

/// Notes, frame by frame, where envelopes are.
const WATCH: &str = r##"
    (() => {
        window.places = new Set();
        (function watch() {
            for (const e of document.querySelectorAll(".envelope")) places.add(e.getBoundingClientRect().left);
            requestAnimationFrame(watch);
        })();
    })()
"##;

/// Some purchases with idempotency and some without, and one that is under way.
async fn shopping(page: &Browser) {
    for requests in [2, 3, 6, 8, 9] {
        if requests == 6 {
            page.click("label.switch").await;
        }
        page.click("#pay").await;
        let ended = format!(
            "document.querySelectorAll('#log .chip.good, #log .chip.bad').length === {requests}"
        );
        page.until("the purchase has ended", &ended).await;
    }
    page.click("label.switch").await;
    page.click("#pay").await;
    tokio::time::sleep(std::time::Duration::from_millis(DELAY / 2)).await;
}

/// Goes shopping, keeps a picture, and checks everything that can be checked about a look.
async fn can_be_seen_and_heard(name: &'static str, look: Look) {
    let shop = Shop::open(DELAY);
    with_browsers(&[look], async move |pages: Vec<Browser>| {
        let page = &pages[0];
        let fates =
            [1, 0, 2, 1, 0, 0].map(|lost| format!("{}delivered", "response-lost,".repeat(lost)));
        page.visit(&shop.url_with(&fates.join(","))).await;
        shopping(page).await;
        page.picture(name).await;

        assert_eq!(page.ask(NAMELESS).await, json!([]));
        assert_eq!(page.ask(FAINT).await, json!([]));
        assert_eq!(page.ask(ELSEWHERE).await, json!([]));
        // A phone shrinks a page that is too wide, so its own idea of its width is no measure.
        assert_eq!(
            page.ask("document.documentElement.scrollWidth").await,
            look.size.0
        );
        if look.size == DESKTOP.size {
            assert_eq!(page.ask(BELOW).await, json!([]));
            assert_eq!(
                page.ask("document.documentElement.scrollHeight").await,
                look.size.1
            );
        }
    })
    .await;
}

#[tokio::test]
async fn the_page_can_be_seen_and_heard() {
    can_be_seen_and_heard("page", DESKTOP).await;
}

#[tokio::test]
async fn the_dark_page_can_be_seen_and_heard() {
    can_be_seen_and_heard(
        "page-dark",
        Look {
            dark: true,
            ..DESKTOP
        },
    )
    .await;
}

#[tokio::test]
async fn the_page_on_a_phone_can_be_seen_and_heard() {
    can_be_seen_and_heard("page-phone", PHONE).await;
}

#[tokio::test]
async fn the_dark_and_still_page_on_a_phone_can_be_seen_and_heard() {
    can_be_seen_and_heard(
        "page-phone-dark",
        Look {
            dark: true,
            still: true,
            ..PHONE
        },
    )
    .await;
}

/// Slow enough to be seen on its way even where a few frames are drawn in a second.
const LONG: u64 = 1500;

/// In how many places envelopes are seen during a purchase.
async fn places(look: Look, test: impl FnOnce(u64) + Send + 'static) {
    let shop = Shop::open(LONG);
    with_browsers(&[look], async move |pages: Vec<Browser>| {
        let page = &pages[0];
        page.visit(&shop.url_with("delivered")).await;
        page.ask(WATCH).await;
        page.click("#pay").await;
        page.until(
            "an answer",
            "document.getElementById('heard').textContent.startsWith('✓')",
        )
        .await;
        test(page.ask("window.places.size").await.as_u64().unwrap());
    })
    .await;
}

#[tokio::test]
async fn envelopes_travel() {
    places(DESKTOP, |places| assert!(places > 2, "{places}")).await;
}

#[tokio::test]
async fn nothing_moves_for_those_who_want_it_still() {
    places(
        Look {
            still: true,
            ..DESKTOP
        },
        |places| assert_eq!(places, 1),
    )
    .await;
}
