//! Reads the JUnit report of the Rust test runner.

use anyhow::{Context, Result, bail};
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::{State, TestResult, skip_reason};

/// A test case whose end tag has not come yet.
struct Open {
    result: TestResult,
    output: String,
}

/// Turns a report into results. Text of every kind inside a case counts as its output.
pub fn read(report: &str) -> Result<Vec<TestResult>> {
    let mut reader = Reader::from_str(report);
    let mut results = Vec::new();
    let mut open: Option<Open> = None;
    loop {
        let event = reader
            .read_event()
            .with_context(|| format!("not XML at byte {}", reader.error_position()))?;
        match event {
            Event::Start(tag) if tag.name().as_ref() == "testcase" => open = Some(begun(&tag)?),
            Event::Empty(tag) if tag.name().as_ref() == "testcase" => {
                results.push(begun(&tag)?.result)
            }
            Event::Start(tag) | Event::Empty(tag) => {
                if let Some(case) = &mut open {
                    note_outcome(case, &tag)?;
                }
            }
            Event::Text(text) => append(&mut open, &text.xml10_content()),
            Event::CData(text) => append(&mut open, &text.xml10_content()),
            Event::GeneralRef(reference) => {
                let text = match reference.resolve_char_ref()? {
                    Some(letter) => letter.to_string(),
                    None => resolve_predefined_entity(&reference.xml10_content())
                        .unwrap_or_default()
                        .to_owned(),
                };
                append(&mut open, &text);
            }
            Event::End(tag) if tag.name().as_ref() == "testcase" => {
                results.extend(open.take().map(closed));
            }
            Event::Eof if open.is_some() => bail!("the report ends inside a test case"),
            Event::Eof => return Ok(results),
            _ => {}
        }
    }
}

fn begun(tag: &BytesStart) -> Result<Open> {
    let seconds = attribute(tag, "time")?.and_then(|text| text.parse().ok());
    Ok(Open {
        result: TestResult {
            suite: attribute(tag, "classname")?.unwrap_or_default(),
            name: attribute(tag, "name")?.context("a test case without a name")?,
            state: State::Passed,
            seconds: seconds.unwrap_or(0.0),
            reason: String::new(),
        },
        output: String::new(),
    })
}

fn note_outcome(case: &mut Open, tag: &BytesStart) -> Result<()> {
    case.result.state = match tag.name().as_ref() {
        "failure" | "error" => State::Failed,
        "skipped" => State::Skipped,
        _ => return Ok(()),
    };
    let told = match attribute(tag, "message")? {
        Some(message) => Some(message),
        None => attribute(tag, "type")?,
    };
    case.result.reason = told
        .unwrap_or_default()
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned();
    Ok(())
}

fn closed(case: Open) -> TestResult {
    let mut result = case.result;
    if result.state == State::Passed
        && let Some(reason) = skip_reason(&case.output)
    {
        result.state = State::Skipped;
        result.reason = reason;
    }
    result
}

fn append(open: &mut Option<Open>, text: &str) {
    if let Some(case) = open {
        case.output.push_str(text);
    }
}

fn attribute(tag: &BytesStart, name: &str) -> Result<Option<String>> {
    let Some(attribute) = tag.try_get_attribute(name)? else {
        return Ok(None);
    };
    Ok(Some(
        attribute
            .normalized_value(XmlVersion::Implicit1_0)?
            .into_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="full" tests="4" failures="1">
  <testsuite name="store::it" tests="4">
    <testcase name="whole" classname="store::it" time="0.250"/>
    <testcase name="broken" classname="store::it" time="0.1">
      <failure message="assertion &quot;a&quot; failed&#10;at line 3" type="test failure">boom</failure>
      <system-out>SKIPPED broken says nothing, it failed</system-out>
    </testcase>
    <testcase name="real" classname="store::it" time="0.1">
      <system-out>running 1 test
SKIPPED real no &lt;data&gt; folder
test ok</system-out>
    </testcase>
    <testcase name="left" classname="store::it"><skipped message="filtered"/></testcase>
  </testsuite>
</testsuites>"#;

    #[test]
    fn every_outcome_is_read() {
        let told: Vec<String> = read(REPORT)
            .unwrap()
            .iter()
            .map(|it| {
                format!(
                    "{}/{} {:?} {} {}",
                    it.suite, it.name, it.state, it.seconds, it.reason
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                "store::it/whole Passed 0.25 ",
                "store::it/broken Failed 0.1 assertion \"a\" failed",
                "store::it/real Skipped 0.1 no <data> folder",
                "store::it/left Skipped 0 filtered",
            ]
        );
    }

    #[test]
    fn a_cut_report_is_an_error() {
        assert!(read(&REPORT[..500]).is_err());
    }
}
