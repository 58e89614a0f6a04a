//! What tests with real programs stand on: a folder of their own, a program that ends with its test, the lines it says, a
//! request to the hub.

use crate::keepalive::Connection;
use serde_json::{Value, json};
use std::{
    fs,
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command},
    sync::mpsc::{self, Receiver},
    thread,
};
use uuid::Uuid;

/// A process that ends with its test.
#[derive(Debug)]
pub struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        // Ended already is fine.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Program {
    /// Starts it.
    pub fn start(command: &mut Command) -> io::Result<Program> {
        Ok(Program(command.spawn()?))
    }

    /// The process.
    pub fn child(&mut self) -> &mut Child {
        &mut self.0
    }

    /// The lines of JSON it says, if its output was piped; they end with it.
    pub fn says(&mut self) -> io::Result<Receiver<Value>> {
        let output = self.0.stdout.take().ok_or_else(|| io::Error::other("the program's output is not ours"))?;
        let (send, lines) = mpsc::channel();
        thread::spawn(move || {
            let lines = BufReader::new(output).lines().map_while(Result::ok);
            for said in lines.map_while(|line| serde_json::from_str(&line).ok()) {
                if send.send(said).is_err() {
                    return;
                }
            }
        });
        Ok(lines)
    }
}

/// An empty folder with room for a hall: `name` within a test's own.
pub fn folder(within: &str, name: &str) -> io::Result<PathBuf> {
    let folder = Path::new(within).join(name);
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    fs::create_dir_all(folder.join("hall"))?;
    Ok(folder)
}

/// Posts with a command's identity, and has to be taken.
pub async fn post(way: &mut Connection, path: &str, more: &Value) -> io::Result<Value> {
    let mut body = json!({"command_id": Uuid::now_v7()});
    if let (Some(body), Some(more)) = (body.as_object_mut(), more.as_object()) {
        body.extend(more.clone());
    }
    let reply = way.post(path, &body).await?;
    if (200..300).contains(&reply.status) {
        return Ok(reply.json());
    }
    Err(io::Error::other(format!("{path}: {} {}", reply.status, reply.json())))
}
