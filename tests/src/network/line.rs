//! The line between a device and a hub, in a process of its own: it passes on, delays, stalls, cuts, and swallows answers.
//!
//! It is told what to do by lines on its standard input, and repeats each when it does so; connections of before end
//! with the word. TCP itself never delivers twice: what is repeated in the field is the request, by whoever did not hear
//! the answer. So `swallow` hands a whole request to the hub and lets the answer vanish, and `twice` does that two
//! times, before the device's own next try.

use std::{
    io::{self, BufRead},
    net::SocketAddr,
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// The largest request a device makes.
const REQUEST_BYTES_MAX: usize = 64 * 1024;

/// How the line treats a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// As a cable.
    Pass,
    /// Each way takes so long.
    Slow(Duration),
    /// Accepts, and passes nothing on.
    Stall,
    /// Ends at once.
    Refuse,
    /// Hands requests over so many times, and no answer back.
    Swallow(u32),
}

/// What the line does now, and for which hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Orders {
    to: SocketAddr,
    manner: Manner,
    /// Changes with every word: connections of before end.
    word: u64,
}

/// Runs until standard input ends: `pass`, `slow MS`, `stall`, `refuse`, `swallow`, `twice`, `to ADDRESS`.
pub fn run(listen: SocketAddr, to: SocketAddr) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (orders, ordered) = watch::channel(Orders { to, manner: Manner::Pass, word: 0 });
    // Before it says that it is ready.
    let listener = runtime.block_on(TcpListener::bind(listen))?;
    std::thread::spawn(move || {
        obey(&orders);
        // Whoever gave the orders is gone.
        std::process::exit(0);
    });
    runtime.block_on(serve(listener, ordered))
}

#[expect(clippy::print_stdout, reason = "the harness waits for the answer")]
fn obey(orders: &watch::Sender<Orders>) {
    println!("ready");
    for line in io::stdin().lock().lines().map_while(Result::ok) {
        let (verb, of) = line.split_once(' ').unwrap_or((&line, ""));
        let mut next = *orders.borrow();
        next.word += 1;
        match (verb, of) {
            ("pass", "") => next.manner = Manner::Pass,
            ("slow", ms) => next.manner = Manner::Slow(Duration::from_millis(ms.parse().unwrap_or(500))),
            ("stall", "") => next.manner = Manner::Stall,
            ("refuse", "") => next.manner = Manner::Refuse,
            ("swallow", "") => next.manner = Manner::Swallow(1),
            ("twice", "") => next.manner = Manner::Swallow(2),
            ("to", address) => next.to = address.parse().unwrap_or(next.to),
            _ => {
                println!("not a word: {line}");
                continue;
            }
        }
        orders.send_replace(next);
        println!("{line}");
    }
}

async fn serve(listener: TcpListener, ordered: watch::Receiver<Orders>) -> io::Result<()> {
    loop {
        let (device, _) = listener.accept().await?;
        let mut ordered = ordered.clone();
        let orders = *ordered.borrow_and_update();
        tokio::spawn(async move {
            // A connection that fails is what the line is for.
            tokio::select! {
                _ = treat(device, orders) => {}
                _ = ordered.changed() => {}
            }
        });
    }
}

async fn treat(mut device: TcpStream, orders: Orders) -> io::Result<()> {
    match orders.manner {
        Manner::Pass => {
            let mut hub = TcpStream::connect(orders.to).await?;
            tokio::io::copy_bidirectional(&mut device, &mut hub).await.map(drop)
        }
        Manner::Slow(delay) => {
            let hub = TcpStream::connect(orders.to).await?;
            let ((from_device, to_device), (from_hub, to_hub)) = (device.into_split(), hub.into_split());
            tokio::try_join!(slowly(from_device, to_hub, delay), slowly(from_hub, to_device, delay)).map(drop)
        }
        Manner::Stall => {
            let mut nothing = [0; 1024];
            while device.read(&mut nothing).await? > 0 {}
            std::future::pending().await
        }
        Manner::Refuse => Ok(()),
        Manner::Swallow(times) => {
            let request = whole_request(&mut device).await?;
            for _ in 0..times {
                let mut hub = TcpStream::connect(orders.to).await?;
                hub.write_all(&request).await?;
                // The first bytes of an answer: the hub has done it.
                let mut answer = [0; 256];
                let _ = hub.read(&mut answer).await?;
            }
            Ok(())
        }
    }
}

async fn slowly(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    delay: Duration,
) -> io::Result<()> {
    let mut bytes = vec![0; 4096];
    loop {
        match from.read(&mut bytes).await? {
            0 => return to.shutdown().await,
            read => {
                // Nothing ever comes: waiting for it in vain is the delay.
                let _ = tokio::time::timeout(delay, std::future::pending::<()>()).await;
                to.write_all(&bytes[..read]).await?;
            }
        }
    }
}

/// One HTTP request with its body.
async fn whole_request(device: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut request = Vec::new();
    loop {
        if let Some(length) = length_of(&request)
            && request.len() >= length
        {
            return Ok(request);
        }
        if request.len() > REQUEST_BYTES_MAX || device.read_buf(&mut request).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

/// How long a request is, once its head is there.
fn length_of(request: &[u8]) -> Option<usize> {
    let head = request.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&request[..head]).to_lowercase();
    let body = text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    Some(head + body.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_ends_with_its_body() {
        assert_eq!(length_of(b"POST / HTTP/1.1\r\ncontent-len"), None);
        assert_eq!(length_of(b"GET / HTTP/1.1\r\n\r\n"), Some(18));
        assert_eq!(length_of(b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab"), Some(43));
    }
}
