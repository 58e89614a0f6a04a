//! A line to a printer: bytes out, bytes in, and a deadline for each. TCP, the kernel's USB printer device and a serial
//! port are one kind of thing here: a descriptor that never blocks, waited for by `poll`. A plain read of `/dev/usb/lp0`
//! can last for ever, and a printer without paper takes no bytes.

use super::{
    Begun, Unsent,
    address::{Address, Tcp},
};
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fs::OFlags,
    net::sockopt,
    termios::{OptionalActions, QueueSelector, tcflush, tcgetattr, tcsetattr},
};
use std::{
    fs::File,
    io::{self, Read, Write},
    net::{TcpStream, ToSocketAddrs},
    os::{
        fd::{AsFd, BorrowedFd},
        unix::fs::OpenOptionsExt,
    },
    path::Path,
    time::{Duration, Instant},
};

/// Bytes the kernel may hold for the printer: few, so that "sent" means nearly "with the printer".
const SENDING_BYTES_MAX: usize = 8 * 1024;
/// Bytes handed to the kernel at once.
const PIECE_BYTES_MAX: usize = 4 * 1024;

/// An open line.
#[derive(Debug)]
pub(super) enum Line {
    Tcp(TcpStream),
    Device(File),
}

impl Line {
    /// Opens it. A folder is no line.
    pub(super) fn open(address: &Address, patience: Duration) -> io::Result<Line> {
        match address {
            Address::Tcp(tcp) => connect(tcp, patience).map(Line::Tcp),
            Address::Usb(path) => device(path).map(Line::Device),
            Address::Serial { path, baud } => {
                let port = device(path)?;
                set_up(&port, *baud)?;
                Ok(Line::Device(port))
            }
            Address::File(_) => Err(io::Error::new(io::ErrorKind::Unsupported, "a folder is not a line")),
        }
    }

    /// Writes everything, or says how far it came. A printer may pause, but not for longer than `stall`, nor beyond
    /// `until`.
    pub(super) fn write(&mut self, bytes: &[u8], stall: Duration, until: Instant) -> Result<(), Unsent> {
        let mut taken = 0;
        while taken < bytes.len() {
            let piece = &bytes[taken..bytes.len().min(taken + PIECE_BYTES_MAX)];
            match self.write_some(piece, until.min(Instant::now() + stall)) {
                Ok(count) => taken += count,
                Err(source) => {
                    let begun = if taken == 0 { Begun::Nothing } else { Begun::Part };
                    return Err(Unsent { begun, source });
                }
            }
        }
        Ok(())
    }

    /// Reads what there is, waiting for the first byte until a moment.
    pub(super) fn read(&mut self, into: &mut [u8], until: Instant) -> io::Result<usize> {
        loop {
            self.wait(PollFlags::IN, until)?;
            let read = match self {
                Line::Tcp(stream) => stream.read(into),
                Line::Device(file) => file.read(into),
            };
            match read {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Err(error) if passes(&error) => {}
                read => return read,
            }
        }
    }

    /// Gives the line up: what the kernel still holds must not reach the printer later.
    pub(super) fn abort(self) {
        match &self {
            // The line is broken already if this fails.
            Line::Tcp(stream) => drop(sockopt::set_socket_linger(stream, Some(Duration::ZERO))),
            // A device that is no terminal holds nothing.
            Line::Device(file) => drop(tcflush(file, QueueSelector::OFlush)),
        }
    }

    fn write_some(&mut self, piece: &[u8], until: Instant) -> io::Result<usize> {
        loop {
            self.wait(PollFlags::OUT, until)?;
            let written = match self {
                Line::Tcp(stream) => stream.write(piece),
                Line::Device(file) => file.write(piece),
            };
            match written {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Err(error) if passes(&error) => {}
                written => return written,
            }
        }
    }

    fn wait(&self, what: PollFlags, until: Instant) -> io::Result<()> {
        let fd = self.fd();
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let left = Timespec::try_from(left).map_err(io::Error::other)?;
            match poll(&mut [PollFd::from_borrowed_fd(fd, what)], Some(&left)) {
                Ok(0) => return Err(io::ErrorKind::TimedOut.into()),
                Ok(_) => return Ok(()),
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn fd(&self) -> BorrowedFd<'_> {
        match self {
            Line::Tcp(stream) => stream.as_fd(),
            Line::Device(file) => file.as_fd(),
        }
    }
}

fn passes(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}

fn connect(tcp: &Tcp, patience: Duration) -> io::Result<TcpStream> {
    let mut failed = io::Error::new(io::ErrorKind::NotFound, "the printer's name has no address");
    for address in (tcp.host.as_str(), tcp.port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, patience) {
            Ok(stream) => {
                stream.set_nonblocking(true)?;
                stream.set_nodelay(true)?;
                sockopt::set_socket_send_buffer_size(&stream, SENDING_BYTES_MAX)?;
                sockopt::set_socket_keepalive(&stream, true)?;
                return Ok(stream);
            }
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

fn device(path: &Path) -> io::Result<File> {
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    File::options().read(true).write(true).custom_flags(flags.bits().cast_signed()).open(path)
}

/// Eight bits, no parity, no echo, nothing translated. No handshake: even the fastest speed is slower than the paper.
fn set_up(port: &File, baud: u32) -> io::Result<()> {
    let mut settings = tcgetattr(port)?;
    settings.make_raw();
    settings.set_speed(baud)?;
    tcsetattr(port, OptionalActions::Now, &settings)?;
    tcflush(port, QueueSelector::IOFlush)?;
    Ok(())
}
