//! The client that retries, against servers that fail.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

use idem_http::{IdempotencyKey, IdempotentRetries, RetryPolicy};
use reqwest::{Method, Response};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, RequestBuilder};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// A server that answers each connection with the next of these, or hangs up on an empty one; and what
/// it was asked.
struct Server {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn answering(answers: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/payments", listener.local_addr().unwrap());
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let (heard, answers) = (Arc::clone(&asked), answers.join("\0"));
        tokio::spawn(async move {
            for answer in answers.split('\0') {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = vec![0; 64 * 1024];
                let length = stream.read(&mut request).await.unwrap();
                let request = String::from_utf8_lossy(&request[..length]).into_owned();
                heard.lock().unwrap().push(request);
                if !answer.is_empty() {
                    let response = format!(
                        "HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                    );
                    stream.write_all(response.as_bytes()).await.unwrap();
                }
            }
        });
        Self { url, asked }
    }

    fn tries(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    /// The key of each try.
    fn keys(&self) -> Vec<Option<String>> {
        let key = |request: &String| {
            let line = request
                .lines()
                .find_map(|line| line.strip_prefix("idempotency-key: "));
            line.map(str::to_owned)
        };
        self.asked.lock().unwrap().iter().map(key).collect()
    }
}

fn client(retries: IdempotentRetries) -> ClientWithMiddleware {
    let client = reqwest::Client::builder()
        .timeout(Duration::from_secs(5))
        .build();
    ClientBuilder::new(client.unwrap()).with(retries).build()
}

fn quickly(attempts: u32) -> IdempotentRetries {
    IdempotentRetries::new(RetryPolicy::attempts(attempts).min_delay(Duration::from_millis(1)))
}

fn request(server: &Server, method: Method) -> RequestBuilder {
    client(quickly(4)).request(method, &server.url)
}

async fn post(server: &Server) -> Response {
    request(server, Method::POST)
        .body("paid")
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_under_the_same_key() {
    let server = Server::answering(&["", "", "201 Created"]).await;
    assert_eq!(post(&server).await.status(), 201);
    let keys = server.keys();
    assert_eq!(keys.len(), 3);
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    let key = IdempotencyKey::from_header(keys[0].as_ref().unwrap().as_bytes()).unwrap();
    assert_eq!(keys[0].as_deref(), Some(&*format!("\"{key}\"")));
    assert!(
        server
            .asked
            .lock()
            .unwrap()
            .iter()
            .all(|it| it.ends_with("paid"))
    );
}

#[tokio::test]
async fn two_requests_have_two_keys() {
    let server = Server::answering(&["200 OK", "200 OK"]).await;
    post(&server).await;
    post(&server).await;
    let keys = server.keys();
    assert_ne!(keys[0], keys[1]);
}

#[tokio::test]
async fn a_server_error_and_a_request_in_flight_are_tried_again() {
    let in_flight = "409 Conflict\r\nretry-after: 1";
    for failure in [
        "500 Oh",
        "502 Oh",
        "503 Oh\r\nretry-after: 0",
        in_flight,
        "429 Slow\r\nretry-after: 0",
    ] {
        let server = Server::answering(&[failure, "200 OK"]).await;
        let began = Instant::now();
        assert_eq!(post(&server).await.status(), 200, "{failure}");
        assert_eq!(server.tries(), 2, "{failure}");
        assert!(failure != in_flight || began.elapsed() >= Duration::from_secs(1));
    }
}

#[tokio::test]
async fn a_refusal_is_given_back_at_once() {
    for refusal in [
        "400 No",
        "401 No",
        "402 No",
        "404 No",
        "409 No",
        "422 No",
        "429 No",
        "422 No\r\nretry-after: 0",
    ] {
        let server = Server::answering(&[refusal, "200 OK"]).await;
        let status = post(&server).await.status().as_u16();
        assert_eq!(status.to_string(), refusal[..3]);
        assert_eq!(server.tries(), 1, "{refusal}");
    }
}

#[tokio::test]
async fn the_last_failure_is_given_back() {
    let server = Server::answering(&["500 A", "500 B", "500 C", "503 D", "200 OK"]).await;
    assert_eq!(post(&server).await.status(), 503);
    assert_eq!(server.tries(), 4);
    let server = Server::answering(&["", "", "", "", "200 OK"]).await;
    let request = request(&server, Method::POST).send().await;
    assert!(request.is_err());
    assert_eq!(server.tries(), 4);
}

#[tokio::test]
async fn a_wait_that_is_too_long_is_not_waited_for() {
    for long in ["3600", "99999999999999999999"] {
        let failure = format!("503 Oh\r\nretry-after: {long}");
        let server = Server::answering(&[&failure, "200 OK"]).await;
        assert_eq!(post(&server).await.status(), 503, "{long}");
        assert_eq!(server.tries(), 1);
    }
    let server = Server::answering(&[
        "503 Oh\r\nretry-after: Fri, 01 Jan 2100 00:00:00 GMT",
        "200 OK",
    ])
    .await;
    assert_eq!(post(&server).await.status(), 503);
    let server = Server::answering(&[
        "503 Oh\r\nretry-after: Fri, 01 Jan 1999 00:00:00 GMT",
        "200 OK",
    ])
    .await;
    assert_eq!(post(&server).await.status(), 200);
}

#[tokio::test]
async fn a_key_of_the_callers_is_sent_as_it_is() {
    let server = Server::answering(&["500 Oh", "200 OK", "200 OK", "200 OK"]).await;
    let own = request(&server, Method::POST).header("idempotency-key", "mine");
    own.send().await.unwrap();
    let key: IdempotencyKey = r#"a"\b"#.parse().unwrap();
    let extension = request(&server, Method::POST).with_extension(key.clone());
    extension.send().await.unwrap();
    let bare = client(quickly(2).bare_keys()).post(&server.url);
    bare.with_extension("bare".parse::<IdempotencyKey>().unwrap())
        .send()
        .await
        .unwrap();
    let keys: Vec<_> = server.keys().into_iter().flatten().collect();
    assert_eq!(keys, ["mine", "mine", r#""a\"\\b""#, "bare"]);
    assert_eq!(IdempotencyKey::from_header(keys[2].as_bytes()), Ok(key));
}

#[tokio::test]
async fn methods_that_are_idempotent_need_no_key() {
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let server = Server::answering(&["500 Oh", "200 OK"]).await;
        assert_eq!(request(&server, method).send().await.unwrap().status(), 200);
        assert_eq!(server.keys(), [None, None]);
    }
    let server = Server::answering(&["200 OK"]).await;
    let lock = Method::from_bytes(b"LOCK").unwrap();
    request(&server, lock).send().await.unwrap();
    assert!(server.keys()[0].is_some());
}

#[tokio::test]
async fn a_body_that_cant_be_sent_twice_is_sent_once() {
    let server = Server::answering(&["500 Oh", "200 OK"]).await;
    let stream = futures_util::stream::iter([Ok::<_, std::io::Error>("paid")]);
    let body = reqwest::Body::wrap_stream(stream);
    let response = request(&server, Method::POST)
        .body(body)
        .send()
        .await
        .unwrap();
    assert_eq!((response.status().as_u16(), server.tries()), (500, 1));
    assert!(server.keys()[0].is_some());
}
