//! Headless Chromium. Where there is none, a test says so and is skipped; with
//! `IDEM_TEST_REQUIRE=1` it fails instead.

use fantoccini::actions::{InputSource as _, KeyAction, KeyActions, MouseActions, PointerAction};
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::env;
use std::fs;
use std::future::Future;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long anything on the page may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// How a browser is set up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub(crate) dark: bool,
    pub(crate) still: bool,
    /// Width and height; a narrow one is a phone.
    pub(crate) size: (u32, u32),
}

pub(crate) const DESKTOP: Look = Look {
    dark: false,
    still: false,
    size: (1280, 800),
};

/// A window.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    pub(crate) client: Client,
}

/// Does this with a browser for each look, and closes them whatever happens.
pub(crate) async fn with_browsers<F>(looks: &[Look], test: impl FnOnce(Vec<Browser>) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let Some((driver, chromium)) = programs() else {
        return;
    };
    let driver = Driver::start(&driver);
    let mut browsers = Vec::new();
    for look in looks {
        browsers.push(driver.open(&chromium, look).await);
    }
    let tested = tokio::spawn(test(browsers.clone())).await;
    for browser in browsers {
        let _ = browser.client.close().await; // the test's own failure comes first
    }
    if let Err(failed) = tested {
        std::panic::resume_unwind(failed.into_panic());
    }
}

fn programs() -> Option<(PathBuf, PathBuf)> {
    let paths = env::var_os("PATH").unwrap_or_default();
    let find = |names: &[&str]| {
        let mut all =
            env::split_paths(&paths).flat_map(|path| names.iter().map(move |name| path.join(name)));
        all.find(|file| file.is_file())
    };
    let driver = find(&["chromedriver"]);
    let chromium = find(&["chromium", "chromium-browser", "google-chrome"]);
    let found = driver.zip(chromium);
    if found.is_none() {
        let required = env::var("IDEM_TEST_REQUIRE").is_ok_and(|value| value == "1");
        assert!(
            !required,
            "chromium or chromedriver is not installed, and IDEM_TEST_REQUIRE=1 asks for it"
        );
        // Not `eprintln!`, which is captured, so that a skip would look like a pass.
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED: install chromium and chromedriver to try the page in a browser"
        );
    }
    found
}

/// A chromedriver, until it is dropped.
struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    fn start(program: &Path) -> Self {
        let mut process = Command::new(program)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let port = loop {
            let mut line = String::new();
            assert_ne!(
                stdout.read_line(&mut line).unwrap(),
                0,
                "chromedriver ended"
            );
            let port = line.split("successfully on port ").nth(1);
            if let Some(port) = port {
                break port.trim().trim_end_matches('.').parse().unwrap();
            }
        };
        std::thread::spawn(move || stdout.read_to_end(&mut Vec::new()));
        Self { process, port }
    }

    async fn open(&self, chromium: &Path, look: &Look) -> Browser {
        let (width, height) = look.size;
        let mut arguments = vec![
            "--headless".to_owned(),
            "--no-sandbox".to_owned(), // Chromium has none for root, as whom tests run in containers
            "--disable-dev-shm-usage".to_owned(),
            "--disable-gpu".to_owned(),
            "--hide-scrollbars".to_owned(),
            format!(
                "--blink-settings=preferredColorScheme={}",
                u8::from(!look.dark)
            ),
        ];
        if look.still {
            arguments.push("--force-prefers-reduced-motion".to_owned());
        }
        let phone = width < 500;
        let metrics = json!({
            "width": width, "height": height, "pixelRatio": 1 + u8::from(phone), "mobile": phone, "touch": phone,
        });
        let options = json!({
            "args": arguments, "binary": chromium, "mobileEmulation": { "deviceMetrics": metrics },
        });
        let wanted = json!({ "browserName": "chrome", "goog:chromeOptions": options });
        let Value::Object(wanted) = wanted else {
            unreachable!()
        };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted)
            .connect(&format!("http://127.0.0.1:{}", self.port))
            .await
            .unwrap();
        Browser { client }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Browser {
    /// Goes to the page, and waits until it can be used.
    pub(crate) async fn visit(&self, url: &str) {
        self.client.goto(url).await.unwrap();
        self.until(
            "the page is ready",
            "!document.getElementById('pay').disabled",
        )
        .await;
    }

    /// What this JavaScript expression gives.
    pub(crate) async fn ask(&self, expression: &str) -> Value {
        let script = format!("return ({expression})");
        let value = self.client.execute(&script, Vec::new()).await;
        value.unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    /// The text that a person reads there.
    pub(crate) async fn text(&self, id: &str) -> String {
        let found = self.client.find(Locator::Id(id)).await.unwrap();
        found.text().await.unwrap()
    }

    /// Waits until this JavaScript expression is true.
    pub(crate) async fn until(&self, what: &str, expression: &str) {
        let begin = Instant::now();
        while self.ask(expression).await != Value::Bool(true) {
            if begin.elapsed() > PATIENCE {
                panic!(
                    "never: {what}. The page has\n{}",
                    self.ask("document.body.innerText").await
                );
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    pub(crate) async fn click(&self, selector: &str) {
        let found = self.client.find(Locator::Css(selector)).await.unwrap();
        found.click().await.unwrap();
    }

    /// Clicks twice, as fast as a hand does.
    pub(crate) async fn double_click(&self, selector: &str) {
        let element = self.client.find(Locator::Css(selector)).await.unwrap();
        let press = |actions: MouseActions| {
            actions
                .then(PointerAction::Down { button: 0 })
                .then(PointerAction::Up { button: 0 })
        };
        let there = PointerAction::MoveToElement {
            element,
            duration: None,
            x: 0.,
            y: 0.,
        };
        let actions = MouseActions::new("mouse".to_owned()).then(there);
        self.client
            .perform_actions(press(press(actions)))
            .await
            .unwrap();
    }

    /// Types where the focus is.
    pub(crate) async fn press_key(&self, key: Key) {
        let key = char::from(key);
        let keys = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: key })
            .then(KeyAction::Up { value: key });
        self.client.perform_actions(keys).await.unwrap();
    }

    /// Goes back from field to field until the focus is there.
    pub(crate) async fn back_to(&self, id: &str) {
        let keys = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down {
                value: Key::Shift.into(),
            })
            .then(KeyAction::Down {
                value: Key::Tab.into(),
            })
            .then(KeyAction::Up {
                value: Key::Tab.into(),
            })
            .then(KeyAction::Up {
                value: Key::Shift.into(),
            });
        for _ in 0..10 {
            self.client.perform_actions(keys.clone()).await.unwrap();
            if self.ask("document.activeElement.id").await == id {
                return;
            }
        }
        panic!("Shift and Tab don't lead to {id}");
    }

    /// Keeps a picture of the page among the build's outputs.
    pub(crate) async fn picture(&self, name: &str) {
        let picture = self.client.screenshot().await.unwrap();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join(format!("double-charge-{name}.png")), picture).unwrap();
    }
}
