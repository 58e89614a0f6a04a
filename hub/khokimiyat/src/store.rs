//! The database: a bounded pool of connections, and the numbered migrations.
//!
//! Instances coordinate by the database alone. Several may start at once: whoever holds the advisory lock applies what is
//! missing, the others find it done. Absent on purpose: an object mapper; SQL stands next to the one function using it.

use crate::catalogue;
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime};
use std::time::Duration;
use tokio_postgres::{NoTls, types::Json};

/// Connections of one instance.
const CONNECTIONS_MAX: usize = 16;
/// Waiting longer for a connection helps nobody: the hall comes again.
const CONNECTION_WAIT: Duration = Duration::from_secs(5);
/// A statement that takes longer is broken or blocked.
const STATEMENT_MS_MAX: u32 = 30_000;
/// Whose lock it is while migrations are applied: "navbat" as a number.
const MIGRATION_LOCK: i64 = 0x6e61_7662_6174;

const MIGRATIONS: [(i32, &str); 2] =
    [(1, include_str!("../migrations/0001-office.sql")), (2, include_str!("../migrations/0002-a-halls-cases.sql"))];

/// The database.
#[derive(Clone)]
pub struct Store {
    pool: Pool,
}

/// Why the database did not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address is none.
    #[error("the database's address is not one: {0}")]
    Address(String),
    /// No connection.
    #[error("no connection to the database")]
    Connection(#[from] PoolError),
    /// A statement failed.
    #[error("a statement failed")]
    Statement(#[from] tokio_postgres::Error),
    /// A row is not as it was written.
    #[error("{0} in the database is not as it was written")]
    Row(&'static str),
}

impl StoreError {
    /// Whether it may go well the next time: the line or the server was away, or two transactions met.
    pub fn is_passing(&self) -> bool {
        match self {
            StoreError::Connection(_) => true,
            StoreError::Statement(error) => error
                .code()
                .is_none_or(|code| ["08", "40", "53", "55", "57"].iter().any(|class| code.code().starts_with(class))),
            StoreError::Address(_) | StoreError::Row(_) => false,
        }
    }
}

impl Store {
    /// Connects, and brings the schema to the present.
    pub async fn open(address: &str) -> Result<Store, StoreError> {
        let mut config: tokio_postgres::Config =
            address.parse().map_err(|error: tokio_postgres::Error| StoreError::Address(error.to_string()))?;
        config.application_name("khokimiyat");
        config.options(format!("-c statement_timeout={STATEMENT_MS_MAX} -c timezone=UTC"));
        let manager = Manager::from_config(config, NoTls, ManagerConfig { recycling_method: RecyclingMethod::Fast });
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS_MAX)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(CONNECTION_WAIT))
            .create_timeout(Some(CONNECTION_WAIT))
            .build()
            .map_err(|error| StoreError::Address(error.to_string()))?;
        let store = Store { pool };
        store.migrate().await?;
        Ok(store)
    }

    /// A connection.
    pub async fn connection(&self) -> Result<Object, StoreError> {
        Ok(self.pool.get().await?)
    }

    async fn migrate(&self) -> Result<(), StoreError> {
        let mut db = self.connection().await?;
        let tx = db.transaction().await?;
        tx.execute("select pg_advisory_xact_lock($1)", &[&MIGRATION_LOCK]).await?;
        tx.batch_execute("create table if not exists migration (number integer primary key)").await?;
        let done: i32 = tx.query_one("select coalesce(max(number), 0) from migration", &[]).await?.get(0);
        for (number, sql) in MIGRATIONS.iter().filter(|(number, _)| *number > done) {
            tx.batch_execute(sql).await?;
            tx.execute("insert into migration (number) values ($1)", &[number]).await?;
            tracing::info!(number, "migration {number} is applied");
        }
        for place in catalogue::places() {
            let sql = "insert into office (office, parent, names) values ($1, $2, $3)
                       on conflict (office) do update set parent = excluded.parent, names = excluded.names
                       where (office.parent, office.names) is distinct from (excluded.parent, excluded.names)";
            tx.execute(sql, &[&place.soato, &place.parent, &Json(&place.names)]).await?;
        }
        Ok(tx.commit().await?)
    }
}
