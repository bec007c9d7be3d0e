//! The wire to the helper's server: HTTP without TLS, no redirects, no proxy, a
//! bound on time and on what is read.

use std::net::{IpAddr, ToSocketAddrs};

use serde::Deserialize;
use serde_json::json;
use ureq::Agent;

use super::{HelperError, Settings};

/// Bytes of an answer that are read at most.
const MOST_BYTES: u64 = 4 << 20;

/// A server that may be asked.
pub(super) struct Server {
    agent: Agent,
    /// Up to and with `/v1`.
    base: String,
    model: String,
}

/// The parts of an answer that matter.
#[derive(Deserialize)]
struct Answer {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
}

#[derive(Deserialize)]
struct Message {
    content: String,
}

#[derive(Deserialize)]
struct Models {
    data: Vec<Model>,
}

#[derive(Deserialize)]
struct Model {
    id: String,
}

/// The address up to `/v1`, and host and port.
fn parts(url: &str) -> Result<(String, String, u16), HelperError> {
    let bad = |why| HelperError::Address { why, url: url.to_owned() };
    let trimmed = url.trim().trim_end_matches('/');
    let rest = match trimmed.split_once("://") {
        Some(("http", rest)) => rest,
        Some(("https", _)) => return Err(bad("a server on this machine needs no https")),
        Some(_) => return Err(bad("only http is spoken")),
        None => trimmed,
    };
    let (place, path) = rest.split_once('/').map_or((rest, ""), |(place, path)| (place, path));
    if place.contains('@') || place.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(bad("it holds more than a host and a port"));
    }
    if path.contains(['?', '#']) {
        return Err(bad("it holds more than a path"));
    }
    // [::1]:8080 has its colons in brackets.
    let (host, port) = match place.strip_prefix('[').and_then(|v6| v6.split_once(']')) {
        Some((host, port)) => (host, port.strip_prefix(':')),
        None => place.rsplit_once(':').map_or((place, None), |(host, port)| (host, Some(port))),
    };
    let port = port.map_or(Ok(80), |port| port.parse().map_err(|_| bad("the port is no number")))?;
    if host.is_empty() {
        return Err(bad("it names no host"));
    }
    let path = path.strip_suffix("chat/completions").unwrap_or(path).trim_end_matches('/');
    let path = if path.is_empty() { "v1" } else { path };
    Ok((format!("http://{place}/{path}"), host.to_owned(), port))
}

/// Whether a host is this machine, by every address that it has.
fn is_here(host: &str, port: u16) -> bool {
    if let Ok(address) = host.parse::<IpAddr>() {
        return address.is_loopback();
    }
    // Only this name is looked up: asking a name server for any other tells it.
    host.eq_ignore_ascii_case("localhost")
        && (host, port).to_socket_addrs().is_ok_and(|mut all| all.all(|address| address.ip().is_loopback()))
}

impl Server {
    /// Checks the address and finds a model.
    pub(super) fn find(settings: &Settings) -> Result<Self, HelperError> {
        let (base, host, port) = parts(&settings.url)?;
        if !settings.anywhere && !is_here(&host, port) {
            return Err(HelperError::Elsewhere { host });
        }
        let agent: Agent = Agent::config_builder()
            .timeout_global(Some(settings.timeout))
            .max_redirects(0)
            .proxy(None)
            .user_agent("vignette")
            .build()
            .into();
        let mut server = Self { agent, base, model: settings.model.trim().to_owned() };
        if server.model.is_empty() {
            server.model = server.first_model()?;
        }
        Ok(server)
    }

    fn first_model(&self) -> Result<String, HelperError> {
        let answer = self.agent.get(format!("{}/models", self.base)).call();
        let models: Models = parse(&body(answer)?)?;
        let first = models.data.into_iter().next().map(|model| model.id);
        first.ok_or_else(|| HelperError::Unusable("its server has no model".to_owned()))
    }

    /// What the model says to the instructions and the story.
    pub(super) fn ask(&self, instructions: &str, story: &str) -> Result<String, HelperError> {
        let question = json!({
            "model": self.model,
            "messages": [
                { "role": "system", "content": instructions },
                { "role": "user", "content": story },
            ],
            "temperature": 0,
            "stream": false,
            "response_format": { "type": "json_object" },
        });
        let answer = self
            .agent
            .post(format!("{}/chat/completions", self.base))
            .header("content-type", "application/json")
            .send(question.to_string());
        let answer: Answer = parse(&body(answer)?)?;
        let first = answer.choices.into_iter().next().map(|choice| choice.message.content);
        first.ok_or_else(|| HelperError::Unusable("it holds no choice".to_owned()))
    }
}

type Response = Result<ureq::http::Response<ureq::Body>, ureq::Error>;

fn body(answer: Response) -> Result<String, HelperError> {
    let silent = |error: ureq::Error| HelperError::Silent(short(&error.to_string()));
    let mut answer = answer.map_err(silent)?;
    // No redirect is followed, so that one is an answer like any other.
    if !answer.status().is_success() {
        return Err(HelperError::Silent(format!("status {}", answer.status().as_u16())));
    }
    answer.body_mut().with_config().limit(MOST_BYTES).read_to_string().map_err(silent)
}

fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, HelperError> {
    serde_json::from_str(text).map_err(|error| HelperError::Unusable(short(&error.to_string())))
}

/// The first words of a message of somebody else's.
fn short(message: &str) -> String {
    let line: String = message.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().filter(|c| !c.is_control()).take(120).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart_and_odd_ones_refused() {
        let base = |url: &str| parts(url).map(|(base, host, port)| format!("{base} {host} {port}"));
        assert_eq!(base("http://localhost:11434"), Ok("http://localhost:11434/v1 localhost 11434".into()));
        assert_eq!(base(" localhost:8080/v1/ "), Ok("http://localhost:8080/v1 localhost 8080".into()));
        assert_eq!(base("http://[::1]:9/api/chat/completions"), Ok("http://[::1]:9/api ::1 9".into()));
        assert_eq!(base("http://127.0.0.1"), Ok("http://127.0.0.1/v1 127.0.0.1 80".into()));
        for odd in [
            "",
            "http://",
            "https://localhost",
            "ftp://localhost",
            "http://a@localhost",
            "localhost:x",
            "http://localhost:1/v1?x",
        ] {
            assert!(matches!(parts(odd), Err(HelperError::Address { .. })), "{odd}");
        }
    }

    #[test]
    fn only_this_machine_is_here() {
        assert!(is_here("127.0.0.1", 1) && is_here("127.9.9.9", 1) && is_here("::1", 1));
        assert!(!is_here("192.0.2.1", 1) && !is_here("localhost.example.com", 1) && !is_here("0.0.0.0", 1));
    }
}
