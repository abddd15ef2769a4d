//! The smallest client that can hear silence: one request per connection, and every byte of the
//! answer.

use crate::shop::Shop;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

/// An answer, as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Checks that it is a problem document of this status and kind.
    pub(crate) fn is_problem(&self, status: u16, kind: &str) {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json")
        );
        assert_eq!(
            (&self.json()["status"], &self.json()["type"]),
            (&json!(status), &json!(kind))
        );
    }
}

/// An order for this purchase.
pub(crate) fn order(purchase: &str) -> Value {
    json!({ "purchase": purchase, "press": 1, "attempt": 1, "client": "test", "round": 1 })
}

impl Shop {
    /// Sends a request with these headers; nothing if the connection was closed without a word.
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Option<Answer> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nContent-Length: {}\r\n",
            body.len()
        );
        if !headers.iter().any(|(name, _)| *name == "Host") {
            head += &format!("Host: 127.0.0.1:{}\r\n", self.port);
        }
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        stream
            .write_all(format!("{head}\r\n{body}").as_bytes())
            .unwrap();
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes); // a reset is silence too
        if bytes.is_empty() {
            return None;
        }
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        Some(Answer {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_owned(),
            body: body.to_owned(),
        })
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], "").unwrap()
    }

    pub(crate) fn post(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Option<Answer> {
        let json = [("Content-Type", "application/json")];
        self.send("POST", path, &[&json, headers].concat(), &body.to_string())
    }

    /// Pays for this purchase, with its name as the key.
    pub(crate) fn charge(&self, purchase: &str, fate: &str) -> Option<Answer> {
        let headers = [("Idempotency-Key", purchase), ("Line-Fate", fate)];
        self.post("/charge", &headers, &order(purchase))
    }

    pub(crate) fn charge_without_key(&self, purchase: &str, fate: &str) -> Option<Answer> {
        self.post(
            "/charge-without-key",
            &[("Line-Fate", fate)],
            &order(purchase),
        )
    }

    /// What a browser that comes now is told first.
    pub(crate) fn snapshot(&self) -> Value {
        let mut events = self.events();
        let mut line = String::new();
        while !line.starts_with("data: ") {
            line.clear();
            assert_ne!(events.read_line(&mut line).unwrap(), 0, "no snapshot");
        }
        serde_json::from_str(line.trim_start_matches("data: ")).unwrap()
    }

    pub(crate) fn events(&self) -> BufReader<TcpStream> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        let head = format!(
            "GET /events HTTP/1.1\r\nHost: localhost:{}\r\n\r\n",
            self.port
        );
        stream.write_all(head.as_bytes()).unwrap();
        BufReader::new(stream)
    }
}
