//! A table as a workbook: every cell a text that no edit turns into a formula.

use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::Sheet;
use crate::DeskError;

/// Characters of a cell; the form allows no more.
const MOST_CHARACTERS: usize = 32_767;

/// What stands at the end of a cell that was cut.
const CUT: &str = " […]";

pub(super) fn written(sheet: &Sheet) -> Result<Vec<u8>, DeskError> {
    book(sheet).map_err(|error| DeskError::Internal(error.to_string()))
}

fn book(sheet: &Sheet) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    page.set_name(sheet.name)?;
    // `@` is the form of texts: what is typed into such a cell stays a text as well.
    let text = Format::new().set_num_format("@");
    for (number, row) in (0..).zip(sheet.all("row")) {
        for (column, cell) in (0..).zip(row) {
            page.write_string_with_format(number, column, fitting(cell), &text)?;
        }
    }
    page.set_freeze_panes(1, 0)?;
    book.save_to_buffer()
}

/// A value that fits into a cell. Characters are counted as the form does, in units of UTF-16.
fn fitting(value: String) -> String {
    if value.encode_utf16().count() <= MOST_CHARACTERS {
        return value;
    }
    let mut units = CUT.encode_utf16().count();
    let kept = value.chars().take_while(|sign| {
        units += sign.len_utf16();
        units <= MOST_CHARACTERS
    });
    kept.collect::<String>() + CUT
}
