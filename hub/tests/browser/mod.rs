//! A browser without JavaScript, and the hall it looks at: real sockets, cookies, forms as they stand on the page.

use hub::{
    config::Config,
    journal::{Clock, Durability},
    people::Cost,
    serve::{self, Options, Running},
};
use queue::{
    command::{Actor, Channel, Class, Command, Wish},
    ids::{CommandId, TicketId},
    time::Time,
};
use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};
use uuid::Uuid;

/// A hall of its own, with a clock that stands still until it is moved.
pub(crate) struct Hall {
    pub(crate) running: Running,
    clock: Arc<AtomicI64>,
    dir: PathBuf,
}

/// Noon in Tashkent, 21.03.2026.
const NOON: i64 = 1_774_076_400_000;

impl Hall {
    pub(crate) async fn open() -> Hall {
        Hall::open_with(Config::demo()).await
    }

    pub(crate) async fn open_with(config: Config) -> Hall {
        static NTH: AtomicU64 = AtomicU64::new(0);
        let nth = NTH.fetch_add(1, Ordering::Relaxed);
        let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("console-{}-{nth}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dir);
        let clock = Arc::new(AtomicI64::new(NOON));
        let now = Arc::clone(&clock);
        let now: Clock = Arc::new(move || Time(now.load(Ordering::Relaxed)));
        let options = Options {
            config,
            dir: dir.clone(),
            listen: ([127, 0, 0, 1], 0).into(),
            clock: now,
            durability: Durability::Normal,
            cost: Cost::Cheap,
        };
        Hall { running: serve::start(options).await.unwrap(), clock, dir }
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1000, Ordering::Relaxed);
    }

    /// A ticket from reception, which waits at once.
    pub(crate) async fn ticket(&self, service: &str) -> (Uuid, String) {
        self.ticket_of(service, Class::Ordinary, "ru").await
    }

    pub(crate) async fn ticket_of(&self, service: &str, class: Class, language: &str) -> (Uuid, String) {
        let ticket = TicketId(Uuid::now_v7());
        let wish = Wish {
            service: service.parse().unwrap(),
            further: vec![],
            quantity: 1,
            class,
            language: language.parse().unwrap(),
            channel: Channel::Reception,
        };
        let submission = hub::journal::Submission {
            command_id: CommandId(Uuid::now_v7()),
            device: None,
            actor: Actor::Clerk("clerk-1".parse().unwrap()),
            command: Command::Reserve { ticket, wish },
        };
        let hub = self.running.hub();
        hub.journal.submit(submission).await.unwrap();
        let number = hub.journal.ask(move |reading| reading.hall.visits[&ticket].number.to_string()).await.unwrap();
        (ticket.0, number)
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::at(self.running.address().to_string())
    }

    /// A browser in which somebody has signed in.
    pub(crate) async fn signed_in(&self, name: &str) -> Browser {
        let mut browser = self.browser();
        let pin = Config::demo().staff().iter().find(|s| s.name == name).and_then(|s| s.pin.clone()).unwrap();
        let answer = browser.post("/sign-in", &[("name", name), ("pin", &pin)]).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        browser
    }

    /// The hall's folder.
    pub(crate) fn dir(&self) -> &std::path::Path {
        &self.dir
    }

    pub(crate) async fn close(self) {
        self.running.stop().await;
        std::fs::remove_dir_all(self.dir).unwrap();
    }
}

pub(crate) struct Browser {
    address: String,
    pub(crate) cookies: BTreeMap<String, String>,
    pub(crate) lang: &'static str,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Browser {
    pub(crate) fn at(address: String) -> Browser {
        Browser { address, cookies: BTreeMap::new(), lang: "en" }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, &[], "").await
    }

    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send("POST", path, &[("sec-fetch-site", "same-origin")], &form(fields)).await
    }

    /// Presses the button of a form as it stands on a page, with other fields if any.
    pub(crate) async fn press(&mut self, page: &Answer, action: &str, fields: &[(&str, &str)]) -> Answer {
        let id = page.command_id(action);
        let mut all = vec![("command_id", id.as_str())];
        all.extend(fields);
        let path = page.action(action);
        self.post(&path, &all).await
    }

    /// Presses, and follows the redirect to the page.
    pub(crate) async fn press_on(&mut self, path: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let page = self.get(path).await;
        let answer = self.press(&page, action, fields).await;
        assert_eq!(answer.status, 303, "{action}: {}", answer.body);
        let to = answer.header("location").unwrap().to_owned();
        self.get(&to).await
    }

    /// Sends the pieces of a form with files, each with its head as a browser writes it.
    pub(crate) async fn post_pieces(&mut self, path: &str, pieces: &[(String, Vec<u8>)]) -> Answer {
        let mut body = Vec::new();
        for (head, bytes) in pieces {
            body.extend(format!("--nothing-like-this\r\ncontent-disposition: form-data; {head}\r\n\r\n").bytes());
            body.extend(bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"--nothing-like-this--\r\n");
        let kind = "multipart/form-data; boundary=nothing-like-this";
        self.send_bytes("POST", path, &[("sec-fetch-site", "same-origin"), ("content-type", kind)], &body).await
    }

    pub(crate) async fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let urlencoded = [("content-type", "application/x-www-form-urlencoded")];
        let headers: Vec<_> = headers.iter().chain(urlencoded.iter().filter(|_| method == "POST")).copied().collect();
        self.send_bytes(method, path, &headers, body.as_bytes()).await
    }

    async fn send_bytes(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut socket = self.ask(method, path, headers, body).await;
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert!(socket.read_line(&mut head).await.unwrap() > 0, "the answer ended early: {head}");
        }
        let mut bytes = Vec::new();
        socket.read_to_end(&mut bytes).await.unwrap();
        self.answer(&head, &bytes)
    }

    /// Opens a stream; the first line of its body is next.
    pub(crate) async fn stream(&mut self, path: &str) -> BufReader<TcpStream> {
        let mut socket = self.ask("GET", path, &[], b"").await;
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert!(socket.read_line(&mut head).await.unwrap() > 0, "the answer ended early: {head}");
        }
        assert!(head.starts_with("HTTP/1.1 200") && head.contains("text/event-stream"), "{head}");
        socket
    }

    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> BufReader<TcpStream> {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", self.address);
        head += &format!("accept-language: {}\r\ncookie: {}\r\n", self.lang, cookies.join("; "));
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += &format!("content-length: {}\r\n\r\n", body.len());
        let mut socket = TcpStream::connect(&self.address).await.unwrap();
        socket.write_all(head.as_bytes()).await.unwrap();
        socket.write_all(body).await.unwrap();
        BufReader::new(socket)
    }

    fn answer(&mut self, head: &str, bytes: &[u8]) -> Answer {
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: Vec<_> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        for (_, cookie) in headers.iter().filter(|(name, _)| name == "set-cookie") {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
        let body = if chunked { unchunked(bytes) } else { bytes.to_vec() };
        Answer { status, headers, body: String::from_utf8(body).unwrap() }
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What the element with a `data-testid` says.
    pub(crate) fn says(&self, testid: &str) -> String {
        let (_, after) = self.body.split_once(&format!("data-testid=\"{testid}\"")).unwrap_or_else(|| {
            panic!("no {testid} in {}", self.body);
        });
        let (_, mut rest) = after.split_once('>').unwrap();
        let (mut text, mut depth) = (String::new(), 1);
        while let Some((before, after)) = rest.split_once('<') {
            text += before;
            let (tag, after) = after.split_once('>').unwrap();
            match (tag.starts_with('/'), tag.ends_with('/') || tag.starts_with("input")) {
                (true, _) => depth -= 1,
                (false, false) => depth += 1,
                (false, true) => {}
            }
            if depth == 0 {
                break;
            }
            rest = after;
        }
        text.trim().to_owned()
    }

    /// The hidden fields of the form that goes to an action, with what is in them.
    pub(crate) fn hidden(&self, action: &str) -> Vec<(String, String)> {
        let form = self.form(action).split("</form>").next().unwrap();
        let named = |tag: &str| tag.split_once("name=\"").unwrap().1.split('"').next().unwrap().to_owned();
        let inputs = form.split("<input type=\"hidden\"").skip(1).map(|tag| {
            let value = tag.split_once("value=\"").unwrap().1.split('"').next().unwrap();
            (named(tag), value.to_owned())
        });
        let areas = form.split("<textarea").skip(1).filter(|tag| tag.split('>').next().unwrap().contains("hidden"));
        let areas = areas.map(|tag| {
            let value = tag.split_once(">\n").unwrap().1.split("</textarea>").next().unwrap();
            (named(tag), value.to_owned())
        });
        inputs.chain(areas).collect()
    }

    pub(crate) fn has(&self, testid: &str) -> bool {
        self.body.contains(&format!("data-testid=\"{testid}\""))
    }

    /// Whether a button is there and may be pressed.
    pub(crate) fn may(&self, testid: &str) -> bool {
        let button = self.body.split("<button").find(|part| part.contains(&format!("data-testid=\"{testid}\"")));
        button.is_some_and(|part| !part.split('>').next().unwrap().contains(" disabled"))
    }

    /// The numbers of the queue, in its order.
    pub(crate) fn queue(&self) -> Vec<String> {
        let rows = self.body.split("data-number=\"").skip(1);
        rows.map(|row| row.split('"').next().unwrap().to_owned()).collect()
    }

    pub(crate) fn stage(&self) -> String {
        let (_, after) = self.body.split_once("data-stage=\"").unwrap();
        after.split('"').next().unwrap().to_owned()
    }

    fn form(&self, action: &str) -> &str {
        let forms = self.body.split("<form method=\"post\" action=\"").skip(1);
        let wanted = |form: &&str| form.split('"').next().unwrap().ends_with(&format!("/{action}"));
        forms.into_iter().find(wanted).unwrap_or_else(|| panic!("no form {action} in {}", self.body))
    }

    pub(crate) fn action(&self, action: &str) -> String {
        self.form(action).split('"').next().unwrap().to_owned()
    }

    pub(crate) fn command_id(&self, action: &str) -> String {
        let (_, value) = self.form(action).split_once("name=\"command_id\" value=\"").unwrap();
        value.split('"').next().unwrap().to_owned()
    }
}

fn form(fields: &[(&str, &str)]) -> String {
    let escaped = |text: &str| -> String {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
        text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
    };
    fields.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect::<Vec<_>>().join("&")
}

fn unchunked(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = bytes.windows(2).position(|pair| pair == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).unwrap(), 16).unwrap();
        if size == 0 {
            break;
        }
        body.extend_from_slice(&bytes[end + 2..end + 2 + size]);
        bytes = &bytes[end + 2 + size + 2..];
    }
    body
}
