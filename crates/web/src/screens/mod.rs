//! The screens of the desk over their view models.

use axum::Router;

use crate::Web;

/// All screens.
pub(crate) fn router() -> Router<Web> {
    Router::new()
}
