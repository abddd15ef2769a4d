//! How the page looks, and what it is to those who don't see it.

use crate::browser::{Browser, DESKTOP, Look, with_browsers};
use crate::shop::Shop;
use serde_json::{Value, json};

/// Slow enough to have a picture of an envelope on its way.
const DELAY: u64 = 300;

const LOOKS: [(&str, Look); 4] = [
    ("page", DESKTOP),
    (
        "page-dark",
        Look {
            dark: true,
            ..DESKTOP
        },
    ),
    (
        "page-phone",
        Look {
            size: (390, 844),
            ..DESKTOP
        },
    ),
    (
        "page-phone-dark",
        Look {
            size: (390, 844),
            dark: true,
            still: true,
        },
    ),
];

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

#[tokio::test]
async fn the_page_is_seen_and_heard_on_every_screen() {
    let shop = Shop::open(DELAY);
    with_browsers(&LOOKS.map(|(_, look)| look), async move |pages: Vec<Browser>| {
        for ((name, look), page) in LOOKS.iter().zip(&pages) {
            let fates = [1, 0, 2, 1, 0, 0].map(|lost| format!("{}delivered", "response-lost,".repeat(lost)));
            page.visit(&shop.url_with(&fates.join(","))).await;
            shopping(page).await;
            page.picture(name).await;

            assert_eq!(page.ask(NAMELESS).await, json!([]), "{name}");
            assert_eq!(page.ask(FAINT).await, json!([]), "{name}");
            let wide = "document.documentElement.scrollWidth - innerWidth";
            assert_eq!(page.ask(wide).await, 0, "{name} scrolls sideways");
            let elsewhere = "performance.getEntriesByType('resource').map(e => e.name).filter(n => !n.startsWith(location.origin + '/'))";
            assert_eq!(page.ask(elsewhere).await, json!([]), "{name}");
            if look.size == DESKTOP.size {
                let below = "['balance', 'pay', 'charges', 'idempotency', 'loss', 'verdict', 'plot', 'log'] \
                             .filter(id => document.getElementById(id).getBoundingClientRect().top >= innerHeight)";
                assert_eq!(page.ask(below).await, json!([]), "{name}");
                assert_eq!(page.ask("document.documentElement.scrollHeight <= innerHeight").await, true);
            }
            page.click("#start-over").await;
            page.until("everything anew", "document.getElementById('made').textContent === '0'").await;
        }
    })
    .await;
}

#[tokio::test]
async fn nothing_moves_for_those_who_want_it_still() {
    let shop = Shop::open(DELAY);
    let still = Look {
        still: true,
        ..DESKTOP
    };
    with_browsers(&[still], async move |pages: Vec<Browser>| {
        let page = &pages[0];
        page.visit(&shop.url_with("delivered")).await;
        page.click("#pay").await;
        let place = "document.querySelector('.envelope')?.getBoundingClientRect().left ?? null";
        page.until("an envelope is shown", &format!("({place}) !== null"))
            .await;
        let before = page.ask(place).await;
        tokio::time::sleep(std::time::Duration::from_millis(DELAY / 4)).await;
        let after = page.ask(place).await;
        assert!(before == after || after == Value::Null, "{before} {after}");
    })
    .await;
}
