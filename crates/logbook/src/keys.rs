//! The keys of one log: those it signs with now, and those that signed its heads before.

use domain::tlog::{KeyError, KeyKind, SignedNote, SigningKey, VerifierKey};

/// The keys a log is written with. More than one sign while one replaces another.
#[derive(Clone, Debug)]
pub struct LogKeys {
    first: SigningKey,
    further: Vec<SigningKey>,
    former: Vec<VerifierKey>,
}

impl LogKeys {
    /// The one key of the log named `origin`, from its 32 secret bytes.
    ///
    /// # Errors
    ///
    /// [`KeyError::Name`] if the origin cannot be a key's name.
    pub fn new(origin: &str, seed: &[u8; 32]) -> Result<Self, KeyError> {
        let first = SigningKey::new(origin, KeyKind::Log, seed)?;
        Ok(Self {
            first,
            further: Vec::new(),
            former: Vec::new(),
        })
    }

    /// Signs with a further key too: readers who know either key accept the head.
    ///
    /// # Errors
    ///
    /// Those of [`LogKeys::new`], which the same origin has passed.
    pub fn and_sign_with(mut self, seed: &[u8; 32]) -> Result<Self, KeyError> {
        self.further
            .push(SigningKey::new(self.origin(), KeyKind::Log, seed)?);
        Ok(self)
    }

    /// Accepts a head that this key has signed, without signing with it any more.
    pub fn and_accept(mut self, former: VerifierKey) -> Self {
        self.former.push(former);
        self
    }

    /// The log's name.
    pub(crate) fn origin(&self) -> &str {
        self.first.verifier().name()
    }

    /// The first key's public half.
    pub(crate) fn verifier(&self) -> &VerifierKey {
        self.first.verifier()
    }

    /// All keys whose heads are accepted.
    pub(crate) fn accepted(&self) -> Vec<VerifierKey> {
        let signing = std::iter::once(&self.first)
            .chain(&self.further)
            .map(SigningKey::verifier);
        signing.chain(&self.former).cloned().collect()
    }

    pub(crate) fn sign(&self, text: &str) -> Result<SignedNote, KeyError> {
        let mut note = SignedNote::sign(text, &self.first)?;
        self.further
            .iter()
            .try_for_each(|key| key.sign(text).map(|line| note.add(line)))?;
        Ok(note)
    }

    /// Adds what signatures a head of this log lacks.
    pub(crate) fn complete(&self, note: &SignedNote) -> Result<SignedNote, KeyError> {
        let mut completed = self.sign(note.text())?;
        note.signatures()
            .iter()
            .cloned()
            .for_each(|line| completed.add(line));
        Ok(completed)
    }
}
