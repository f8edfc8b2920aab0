//! An outside witness that cosigns the log's heads and refuses forks. Knows nothing of cases.
