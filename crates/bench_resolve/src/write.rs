//! Writes pairs and clusters as Parquet.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, FloatType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

type Writer = SerializedFileWriter<File>;

fn open(path: &Path, schema: &str) -> Result<Writer> {
    let schema = Arc::new(parse_message_type(schema)?);
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .build();
    Ok(SerializedFileWriter::new(
        File::create(path)?,
        schema,
        Arc::new(properties),
    )?)
}

/// Writes the proposed pairs: id_l, id_r, p.
pub fn pairs(path: &Path, left: &[ByteArray], right: &[ByteArray], p: &[f32]) -> Result<()> {
    let mut file = open(
        path,
        "message pairs { required binary id_l (UTF8); required binary id_r (UTF8); required float p; }",
    )?;
    let mut group = file.next_row_group()?;
    for texts in [left, right] {
        if let Some(mut column) = group.next_column()? {
            column
                .typed::<ByteArrayType>()
                .write_batch(texts, None, None)?;
            column.close()?;
        }
    }
    if let Some(mut column) = group.next_column()? {
        column.typed::<FloatType>().write_batch(p, None, None)?;
        column.close()?;
    }
    group.close()?;
    file.close()?;
    Ok(())
}

/// Writes the cluster of every record: id, cluster.
pub fn clusters(path: &Path, ids: &[ByteArray], cluster: &[i64]) -> Result<()> {
    let mut file = open(
        path,
        "message clusters { required binary id (UTF8); required int64 cluster; }",
    )?;
    let mut group = file.next_row_group()?;
    if let Some(mut column) = group.next_column()? {
        column
            .typed::<ByteArrayType>()
            .write_batch(ids, None, None)?;
        column.close()?;
    }
    if let Some(mut column) = group.next_column()? {
        column
            .typed::<Int64Type>()
            .write_batch(cluster, None, None)?;
        column.close()?;
    }
    group.close()?;
    file.close()?;
    Ok(())
}
