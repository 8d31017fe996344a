"""Settings: defaults, what a person is told of a value that cannot be used, no secret in print."""

from __future__ import annotations

from pathlib import Path

import pytest

from tic.core.errors import BadInput
from tic.core.i18n import tell
from tic.core.settings import Settings, load_settings


def test_defaults_need_no_server(settings: Settings) -> None:
    assert settings.database == f"sqlite:///{settings.data_dir / 'directory.sqlite'}"
    assert settings.elasticsearch_url is None
    assert settings.address == "http://127.0.0.1:8501"


def test_a_setting_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIC_PORT", "99999")
    with pytest.raises(BadInput, match="TIC_PORT"):
        load_settings()
    monkeypatch.setenv("TIC_PORT", "8600")
    monkeypatch.setenv("TIC_DATABASE_URL", "mysql://localhost/tic")
    with pytest.raises(BadInput, match="only sqlite and postgresql"):
        load_settings()


def test_a_plain_postgresql_address_uses_the_installed_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIC_DATABASE_URL", "postgresql://tic@db/tic")
    assert load_settings().database == "postgresql+psycopg://tic@db/tic"


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("TIC_DATABASE_URL", "not an address", "is not an SQLAlchemy address"),
        ("TIC_DATABASE_URL", "postgresql+asyncpg://db/tic", "only sqlite and postgresql"),
        ("TIC_WAREHOUSE_URL", "s3://bucket/warehouse", "only a folder of this machine"),
        ("TIC_SESSION_DAYS", "0", "greater than or equal to 1"),
        ("TIC_SECURE_COOKIES", "perhaps", "boolean"),
        ("TIC_DEFAULT_LANGUAGE", "de", "'th' or 'en'"),
        ("TIC_ELASTICSEARCH_INDEX_PREFIX", "Big", "pattern"),
        ("TIC_LOG_LEVEL", "loud", "'DEBUG'"),
    ],
)
def test_each_wrong_value_is_told_with_its_name_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, complaint: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadInput, match=complaint) as refused:
        load_settings()
    assert f"The setting {name} cannot be used" in str(refused.value)
    assert tell(refused.value, "th") != str(refused.value)


def test_a_variable_set_to_nothing_counts_as_unset(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TIC_DATABASE_URL", "TIC_WAREHOUSE_URL", "TIC_PORT", "TIC_SESSION_DAYS", "TIC_LOG_LEVEL"):
        monkeypatch.setenv(name, "")
    assert load_settings() == settings


def test_folders_are_whole_paths(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert settings.warehouse == settings.data_dir / "warehouse"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TIC_DATA_DIR", "here")
    monkeypatch.setenv("TIC_WAREHOUSE_URL", "~/figures")
    told = load_settings()
    assert told.data_dir == tmp_path.resolve() / "here"
    assert told.warehouse == Path.home() / "figures"
    assert {told.index_dir.parent, told.snapshot_dir.parent, told.lock_dir.parent} == {told.data_dir}


def test_what_may_hold_a_password_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIC_DATABASE_URL", "postgresql://tic:hunter2@db/tic")
    monkeypatch.setenv("TIC_ELASTICSEARCH_URL", "https://tic:hunter2@search:9200")
    monkeypatch.setenv("TIC_ELASTICSEARCH_API_KEY", "hunter2")
    assert "hunter2" not in repr(load_settings())


def test_the_address_has_no_slash_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIC_PUBLIC_URL", "https://directory.example.go.th/")
    assert load_settings().address == "https://directory.example.go.th"


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
