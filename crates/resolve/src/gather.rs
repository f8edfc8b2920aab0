//! Candidates of a whole table: blocks of records that share a key, and walks over them record by record.
#![expect(
    clippy::indexing_slicing,
    reason = "positions of records and blocks are made here for tables of the same length"
)]

use rayon::prelude::*;

use crate::keys::{self, Key};
use crate::table::Table;

/// All blocks of a table, and for each record the blocks it is in.
pub(crate) struct Blocks {
    starts: Vec<u32>,
    count: usize,
    members: Vec<u32>,
    first: Vec<u32>,
    of: Vec<u32>,
}

/// Memory of one walker: which records were met for the present one, and by how many rules.
pub(crate) struct Met {
    stamp: Vec<u32>,
    hits: Vec<u8>,
    pub found: Vec<u32>,
}

impl Met {
    pub fn new(records: usize) -> Met {
        Met {
            stamp: vec![u32::MAX; records],
            hits: vec![0; records],
            found: Vec::new(),
        }
    }

    /// Number of blocks that brought a found record.
    pub fn hits(&self, record: u32) -> u8 {
        self.hits[record as usize]
    }
}

impl Blocks {
    /// Finds all blocks of two and more records; those of more than a crowd are split by finer keys.
    pub fn build(table: &Table, crowd: usize) -> Blocks {
        let keyed = collect(table);
        let mut blocks = Blocks {
            starts: vec![0],
            count: 0,
            members: Vec::new(),
            first: Vec::new(),
            of: Vec::new(),
        };
        let mut scratch = Vec::new();
        for (rule, mut list) in keyed.into_iter().enumerate() {
            sort(&mut list);
            let mut fine: Vec<u64> = Vec::new();
            for run in list.chunk_by(|a, b| a >> 32 == b >> 32) {
                if run.len() > crowd {
                    for &entry in run {
                        let key = Key {
                            rule: rule as u8,
                            hash: (entry >> 32) as u32,
                        };
                        keys::finer(table, &table.rows[entry as u32 as usize], key, &mut scratch);
                        fine.extend(
                            scratch
                                .iter()
                                .map(|k| u64::from(k.hash) << 32 | entry & 0xffff_ffff),
                        );
                    }
                } else {
                    blocks.add(run);
                }
            }
            sort(&mut fine);
            fine.dedup();
            for run in fine.chunk_by(|a, b| a >> 32 == b >> 32) {
                if run.len() <= crowd {
                    blocks.add(run);
                }
            }
        }
        blocks.by_first_member();
        blocks.turn(table.rows.len());
        blocks
    }

    fn add(&mut self, run: &[u64]) {
        if run.len() > 1 {
            self.members.extend(run.iter().map(|e| *e as u32));
            self.starts.push(self.members.len() as u32);
            self.count += 1;
        }
    }

    /// Numbers the blocks by their first member, so that a walk over the records goes through memory in order.
    fn by_first_member(&mut self) {
        let mut order: Vec<u64> = (0..self.count)
            .map(|b| u64::from(self.members[self.starts[b] as usize]) << 32 | b as u64)
            .collect();
        sort(&mut order);
        let mut members = Vec::with_capacity(self.members.len());
        let mut starts = Vec::with_capacity(self.starts.len());
        starts.push(0);
        for entry in order {
            let block = entry as u32 as usize;
            members.extend_from_slice(
                &self.members[self.starts[block] as usize..self.starts[block + 1] as usize],
            );
            starts.push(members.len() as u32);
        }
        self.members = members;
        self.starts = starts;
    }

    /// Lists for every record the blocks it is in.
    fn turn(&mut self, records: usize) {
        let mut first = vec![0u32; records + 1];
        for &m in &self.members {
            first[m as usize + 1] += 1;
        }
        for i in 0..records {
            first[i + 1] += first[i];
        }
        let mut at = first.clone();
        let mut of = vec![0u32; self.members.len()];
        for block in 0..self.count {
            for i in self.starts[block]..self.starts[block + 1] {
                let record = self.members[i as usize] as usize;
                of[at[record] as usize] = block as u32;
                at[record] += 1;
            }
        }
        self.first = first;
        self.of = of;
    }

    /// Finds the candidates of a record that stand before it, each once.
    pub fn before(&self, record: u32, met: &mut Met) {
        met.found.clear();
        let range = self.first[record as usize] as usize..self.first[record as usize + 1] as usize;
        for &block in &self.of[range] {
            let members = &self.members
                [self.starts[block as usize] as usize..self.starts[block as usize + 1] as usize];
            for &other in members {
                if other >= record {
                    break;
                }
                let stamp = &mut met.stamp[other as usize];
                if *stamp == record {
                    met.hits[other as usize] = met.hits[other as usize].saturating_add(1);
                } else {
                    *stamp = record;
                    met.hits[other as usize] = 1;
                    met.found.push(other);
                }
            }
        }
    }
}

/// Keys of all records, one list a rule: hash in the upper half, record in the lower.
fn collect(table: &Table) -> Vec<Vec<u64>> {
    const CHUNK: usize = 1 << 16;
    let parts: Vec<Vec<Vec<u64>>> = table
        .rows
        .par_chunks(CHUNK)
        .enumerate()
        .map(|(chunk, rows)| {
            let mut lists = vec![Vec::new(); keys::RULES];
            let mut scratch = Vec::new();
            for (i, row) in rows.iter().enumerate() {
                keys::keys(table, row, &mut scratch);
                for key in &scratch {
                    let record = (chunk * CHUNK + i) as u64;
                    lists[usize::from(key.rule)].push(u64::from(key.hash) << 32 | record);
                }
            }
            lists
        })
        .collect();
    let mut whole = vec![Vec::new(); keys::RULES];
    for part in parts {
        for (list, mut more) in whole.iter_mut().zip(part) {
            list.append(&mut more);
        }
    }
    whole
}

/// Sorts by the upper half; records come in rising order and stay so.
fn sort(list: &mut Vec<u64>) {
    if list.len() < 4096 {
        list.sort_unstable();
        return;
    }
    let mut spare = vec![0u64; list.len()];
    for shift in [32, 43, 54] {
        let mut count = [0usize; 2048];
        for entry in list.iter() {
            count[(entry >> shift & 2047) as usize] += 1;
        }
        let mut sum = 0;
        for slot in &mut count {
            let here = *slot;
            *slot = sum;
            sum += here;
        }
        for &entry in list.iter() {
            let slot = &mut count[(entry >> shift & 2047) as usize];
            spare[*slot] = entry;
            *slot += 1;
        }
        std::mem::swap(list, &mut spare);
    }
}
