//! The README's lines, as they stand there.

use super::server::Server;
use std::io::Write as _;
use std::process::Command;

const README: &str = include_str!("../../README.md");

/// Each line that asks, with the line after it that says what comes: `# 201`.
fn lines() -> Vec<(String, String)> {
    let blocks = README.split("```sh,requests\n").skip(1);
    let text: String = blocks
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    let text = text.replace("\\\n", " ");
    let mut lines = text.lines().filter(|line| !line.is_empty());
    let mut pairs = Vec::new();
    while let (Some(command), Some(comment)) = (lines.next(), lines.next()) {
        let expected = comment
            .strip_prefix("# ")
            .unwrap_or_else(|| panic!("{command}"));
        pairs.push((command.to_owned(), expected.to_owned()));
    }
    pairs
}

#[tokio::test(flavor = "multi_thread")]
async fn the_readmes_lines_answer_what_it_says() {
    let help = Command::new("curl").args(["--help", "all"]).output();
    if !help.is_ok_and(|help| String::from_utf8_lossy(&help.stdout).contains("--json")) {
        // Not `eprintln!`, which is captured, so that a skip would look like a pass.
        let _ = writeln!(std::io::stderr(), "SKIPPED: install curl 7.82 or newer");
        return;
    }
    let Some(server) = Server::start(&[]).await else {
        return;
    };
    let lines = lines();
    assert!(lines.len() >= 10, "{lines:?}");
    for (command, expected) in lines {
        assert!(command.starts_with("curl "), "{command}");
        let output = Command::new("sh")
            .args(["-c", &command.replace("http://127.0.0.1:3000", &server.url)])
            .output()
            .unwrap();
        let answer = String::from_utf8(output.stdout).unwrap().to_lowercase();
        for part in expected.split(", ") {
            assert!(
                answer.contains(&part.to_lowercase()),
                "{command}\n{expected}\n{answer}"
            );
        }
    }
}
