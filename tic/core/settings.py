"""Configuration: `TIC_*` environment variables, with defaults that need no server at all."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from tic.core.errors import BadInput

_DRIVERS = frozenset({"sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg"})


class Settings(BaseSettings):
    """Every setting of the product; the field descriptions are the documentation in the README.

    A variable that is set to nothing counts as unset. What may hold a password is left out of the printed form.
    """

    model_config = SettingsConfigDict(env_prefix="TIC_", env_ignore_empty=True, frozen=True, extra="ignore")

    data_dir: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("tic")),
        description="Folder of all local state: database, index, warehouse, snapshots, locks.",
    )
    host: str = Field("127.0.0.1", description="Address the server listens on.")
    port: int = Field(8501, ge=1, le=65535, description="Port the server listens on.")
    public_url: str | None = Field(
        None, description="Address people use, e.g. https://directory.example.go.th; default: host and port."
    )
    database_url: str | None = Field(
        None,
        repr=False,
        description="SQLAlchemy address of PostgreSQL, e.g. postgresql+psycopg://tic:secret@db/tic; default: SQLite.",
    )
    elasticsearch_url: str | None = Field(
        None, repr=False, description="Address(es) of Elasticsearch, comma-separated; default: the embedded engine."
    )
    elasticsearch_api_key: str | None = Field(None, repr=False, description="API key for Elasticsearch.")
    elasticsearch_index_prefix: str = Field(
        "tic", pattern=r"^[a-z][a-z0-9-]*$", description="Prefix of the names of indices and aliases."
    )
    elasticsearch_timeout_s: float = Field(
        10.0, gt=0, description="Longest wait for one answer of Elasticsearch, in seconds."
    )
    warehouse_url: str | None = Field(
        None, description="Folder of the Parquet warehouse (a path, no s3://); default: `warehouse` in the data folder."
    )
    session_days: int = Field(14, ge=1, le=365, description="Days after which a sign-in expires.")
    secure_cookies: bool = Field(False, description="Send cookies over HTTPS only; set to true behind a TLS proxy.")
    default_language: Literal["th", "en"] = Field(
        "th", description="Language shown when the browser asks for neither Thai nor English."
    )
    sources_dir: Path | None = Field(
        None, description="Folder of descriptions of your own sources, NAME.yml each; default: none."
    )
    fetch_sources: str = Field(
        "",
        description="Sources that `tic ingest run` fetches from their publishers, comma-separated, or `all`; "
        "default: none.",
    )
    source_keys: str = Field(
        "", repr=False, description="Keys of publishers' APIs as NAME=KEY, comma-separated, e.g. tat=abc,tmd_uid=u."
    )
    private_hosts: str = Field(
        "",
        description="Names of hosts in your own network that sources may be fetched from, comma-separated; all other "
        "private addresses are refused.",
    )
    smtp_host: str | None = Field(
        None, description="Mail server that tells analysts what they watch; default: no mail."
    )
    smtp_port: int = Field(587, ge=1, le=65535, description="Port of the mail server.")
    smtp_tls: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the connection to the mail server is kept secret: starttls, tls or none."
    )
    smtp_user: str | None = Field(None, description="Name to sign in to the mail server with; default: no sign-in.")
    smtp_password: str | None = Field(None, repr=False, description="Password of that name.")
    smtp_from: str = Field("tic@localhost", description="Address that mail is sent from.")
    forecast_engine: Literal["local", "ray"] = Field(
        "local",
        description="Where statistical models are fitted: here, or on the Ray cluster of RAY_ADDRESS.",
    )
    leading_indicators: Path | None = Field(
        None,
        description="File of your own leading indicators of forecasts, in the form of tic/jobs/leading_indicators.yml; "
        "default: none.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "WARNING", description="Least severity written to the log."
    )
    log_format: Literal["text", "json"] = Field("text", description="Form of the log on standard error.")

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            driver = make_url(value).drivername
        except ArgumentError as error:
            raise ValueError("is not an SQLAlchemy address") from error
        if driver not in _DRIVERS:
            raise ValueError(f"names {driver}; only sqlite and postgresql (by its driver psycopg) are supported")
        return value.replace("postgresql://", "postgresql+psycopg://", 1)

    @field_validator("warehouse_url")
    @classmethod
    def _folder(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if "://" in value:
            raise ValueError("is an address; only a folder of this machine (or mounted on it) is supported")
        return str(Path(value).expanduser().resolve())

    @property
    def keys_of_sources(self) -> dict[str, str]:
        """The keys of `source_keys` by name."""
        pairs = (part.partition("=") for part in self.source_keys.split(","))
        return {name.strip(): key.strip() for name, _, key in pairs if name.strip() and key.strip()}

    @property
    def private_host_names(self) -> frozenset[str]:
        """The hosts of `private_hosts`, in lower case."""
        return frozenset(name.strip().lower() for name in self.private_hosts.split(",") if name.strip())

    @property
    def database(self) -> str:
        """SQLAlchemy address of the system of record."""
        return self.database_url or f"sqlite:///{self.data_dir / 'directory.sqlite'}"

    @property
    def warehouse(self) -> Path:
        """Folder of the Parquet warehouse."""
        return Path(self.warehouse_url) if self.warehouse_url else self.data_dir / "warehouse"

    @property
    def index_dir(self) -> Path:
        """Folder of the embedded search index."""
        return self.data_dir / "index"

    @property
    def snapshot_dir(self) -> Path:
        """Folder of raw snapshots, by hash."""
        return self.data_dir / "snapshots"

    @property
    def upload_dir(self) -> Path:
        """Folder of the descriptions of tables that analysts have handed in."""
        return self.data_dir / "uploads"

    @property
    def rows_dir(self) -> Path:
        """Folder of what the last run of each source made of its rows."""
        return self.data_dir / "rows"

    @property
    def prepared_dir(self) -> Path:
        """Folder of what the last run of the resolver made of all records."""
        return self.data_dir / "prepared"

    @property
    def lock_dir(self) -> Path:
        """Folder of the lock files of jobs."""
        return self.data_dir / "locks"

    @property
    def address(self) -> str:
        """Address people open, without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


def load_settings() -> Settings:
    """Read the environment. Raises BadInput naming the variable that cannot be used."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "TIC_" + "_".join(str(part) for part in first["loc"]).upper()
        raise BadInput(
            "The setting {name} cannot be used: {reason}. Correct or unset it.",
            name=name,
            reason=first["msg"],
        ) from error


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process, read once."""
    return load_settings()
