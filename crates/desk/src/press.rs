//! The programs beside this one that a desk may start for a report: the one that sets it, and the one that reads it back.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use documents::{Limits, Settings};
use domain::report::Document;

use crate::{Desk, DeskError};

/// Programs that a desk may start.
#[derive(Debug, Clone, Default)]
pub struct Programs {
    /// `predicate-typeset`.
    pub typesetter: Option<PathBuf>,
    /// `predicate-extract`.
    pub reader: Option<PathBuf>,
}

/// How long the setting of a report may take.
const LONGEST: Duration = Duration::from_secs(120);

impl Desk {
    /// Says which programs this desk may start. What was said first counts.
    pub fn use_programs(&self, programs: Programs) {
        // A second composition root in one process would be a fault of ours, and harmless.
        let _said_before = self.inner.programs.set(programs);
    }

    /// Sets a document as a PDF, with these lines above it and this mark on each page.
    pub(crate) fn set_in_type(
        &self,
        document: &Document,
        status: &[String],
        mark: &str,
    ) -> Result<Vec<u8>, DeskError> {
        let programs = self.inner.programs.get();
        let typesetter = programs.and_then(|programs| programs.typesetter.as_deref());
        let typesetter = typesetter.ok_or_else(|| {
            DeskError::Conflict("the program that sets reports is not installed here".into())
        })?;
        let date: Vec<u32> = document
            .drafted_at
            .split(['-', 'T'])
            .take(3)
            .filter_map(|part| part.parse().ok())
            .collect();
        let order = serde_json::json!({
            "title": format!("{}, case {}", document.title, document.case),
            "lang": "en",
            "date": date,
            "status": status,
            "mark": mark,
            "foot": format!("Case {}, report version {}", document.case, document.version),
            "blocks": document.blocks,
        });
        let failed = |error: std::io::Error| DeskError::Unavailable(error.to_string());
        run(typesetter, order.to_string().as_bytes())
            .map_err(failed)?
            .map_err(|said| DeskError::Internal(format!("the report cannot be set: {said}")))
    }

    /// Reads a PDF back, in a process of its own, as one text.
    pub(crate) fn read_back(&self, pdf: &[u8]) -> Result<String, DeskError> {
        let programs = self.inner.programs.get();
        let reader = programs.and_then(|programs| programs.reader.as_deref());
        let reader = reader.ok_or_else(|| {
            DeskError::Conflict(
                "the program that reads documents is not installed here, so no redacted copy can be checked".into(),
            )
        })?;
        let failed = |error: &dyn std::fmt::Display| DeskError::Unavailable(error.to_string());
        let scratch = tempfile::tempdir().map_err(|error| failed(&error))?;
        let file = scratch.path().join("report.pdf");
        std::fs::write(&file, pdf).map_err(|error| failed(&error))?;
        let parts = scratch.path().join("parts");
        std::fs::create_dir(&parts).map_err(|error| failed(&error))?;
        let account = documents::read(
            reader,
            &file,
            "report.pdf",
            &Settings::default(),
            &Limits::default(),
            &parts,
        )
        .map_err(|error| failed(&error))?;
        if !account.unread.is_empty() || account.text().trim().is_empty() {
            return Err(DeskError::Unavailable(
                "the copy cannot be read back whole, so it is not handed out".into(),
            ));
        }
        let mut all = account.text();
        let told = [&account.metadata, &account.authors, &account.dates];
        for one in told.into_iter().flatten() {
            all.push('\n');
            all.push_str(&one.value);
        }
        Ok(all)
    }
}

impl Desk {
    /// Reads a mail in a process of its own, as one text.
    pub(crate) fn text_of_mail(&self, mail: &[u8]) -> Result<String, DeskError> {
        let programs = self.inner.programs.get();
        let reader = programs.and_then(|programs| programs.reader.as_deref());
        let reader = reader.ok_or_else(|| {
            DeskError::Conflict("the program that reads documents is not installed here".into())
        })?;
        let failed = |error: &dyn std::fmt::Display| DeskError::Unavailable(error.to_string());
        let scratch = tempfile::tempdir().map_err(|error| failed(&error))?;
        let file = scratch.path().join("tip.eml");
        std::fs::write(&file, mail).map_err(|error| failed(&error))?;
        let parts = scratch.path().join("parts");
        std::fs::create_dir(&parts).map_err(|error| failed(&error))?;
        let (settings, limits) = (Settings::default(), Limits::default());
        let account = documents::read(reader, &file, "tip.eml", &settings, &limits, &parts)
            .map_err(|error| failed(&error))?;
        if account.media_type != "message/rfc822" {
            return Err(DeskError::malformed("mail", "is no mail of the form .eml"));
        }
        Ok(account.text())
    }
}

/// Runs the typesetter with an order; its bytes, or what it says is wrong.
fn run(program: &Path, order: &[u8]) -> std::io::Result<Result<Vec<u8>, String>> {
    let mut child = Command::new(program)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let (input, output, words) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    std::thread::scope(|scope| {
        let read = |from: Option<Box<dyn std::io::Read + Send>>| {
            scope.spawn(move || {
                let mut bytes = Vec::new();
                // A pipe that breaks off is told by how the program ends.
                let _as_much_as_came = from.map(|mut from| from.read_to_end(&mut bytes));
                bytes
            })
        };
        let output = read(output.map(|pipe| Box::new(pipe) as _));
        let words = read(words.map(|pipe| Box::new(pipe) as _));
        if let Some(mut input) = input {
            let _ended_early = input.write_all(order);
        }
        let began = Instant::now();
        let status = loop {
            match child.try_wait()? {
                Some(status) => break Some(status),
                None if began.elapsed() > LONGEST => {
                    child.kill()?;
                    child.wait()?;
                    break None;
                }
                None => std::thread::sleep(Duration::from_millis(10)),
            }
        };
        let output = output.join().unwrap_or_default();
        let words = words.join().unwrap_or_default();
        Ok(match status {
            Some(status) if status.success() => Ok(output),
            Some(_) => Err(String::from_utf8_lossy(&words).trim().to_owned()),
            None => Err(format!("it took longer than {} seconds", LONGEST.as_secs())),
        })
    })
}
