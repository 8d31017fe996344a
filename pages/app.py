"""The router of the pages: the same for everybody, but for what a role may not use."""

from __future__ import annotations

from importlib.resources import files
from urllib.parse import quote, urlencode

import streamlit as st

from directory.accounts import Account
from pages._known import show_known
from pages._session import language, show_error, signed_in, site_link, translate
from pages._text import plain
from tic.core.errors import TicError

_ = translate()
st.set_page_config(page_title=_("Thailand Tourism Directory"), page_icon="🧭", layout="wide")
st.html(f"<style>{(files('pages') / 'assets' / 'app.css').read_text(encoding='utf-8')}</style>")
# Streamlit's document says it is in English; a screen reader would read Thai with English rules.
st.html(f"<script>document.documentElement.lang = '{language()}'</script>", unsafe_allow_javascript=True)


def all_pages(account: Account | None) -> dict[str, list[st.Page]]:
    """The pages by section. A page that a role may not use is left out, or hidden where a link may lead to it."""
    directory = [
        st.Page("find_places.py", title=_("Find a place"), icon=":material/search:", default=True),
        st.Page("place_details.py", title=_("Place"), icon=":material/place:", url_path="listing", visibility="hidden"),
        st.Page("trip.py", title=_("My trip"), icon=":material/route:", url_path="trip"),
        st.Page("my_places.py", title=_("My places"), icon=":material/storefront:", url_path="my-places"),
        st.Page(
            "edit_place.py",
            title=_("Add or correct a place"),
            icon=":material/edit:",
            url_path="edit",
            visibility="visible" if account else "hidden",
        ),
        st.Page(
            "review_queue.py",
            title=_("Review"),
            icon=":material/rule:",
            url_path="review",
            visibility="visible" if account and account.may("reviewer") else "hidden",
        ),
        st.Page(
            "review_pairs.py",
            title=_("Doubtful pairs"),
            icon=":material/compare:",
            url_path="review-pairs",
            visibility="visible" if account and account.may("reviewer") else "hidden",
        ),
    ]
    center = [
        st.Page("arrivals_overview.py", title=_("Overview"), icon=":material/monitoring:", url_path="overview"),
        st.Page("arrivals_forecast.py", title=_("Forecast"), icon=":material/trending_up:", url_path="forecast"),
        st.Page(
            "forecast_accuracy.py",
            title=_("Forecast accuracy"),
            icon=":material/fact_check:",
            url_path="forecast-accuracy",
        ),
        st.Page("scenarios.py", title=_("Scenarios"), icon=":material/alt_route:", url_path="scenarios"),
        st.Page("province_figures.py", title=_("Provinces"), icon=":material/map:", url_path="provinces"),
        st.Page("province_profile.py", title=_("Province"), icon=":material/location_city:", url_path="province"),
        st.Page("market_figures.py", title=_("Markets"), icon=":material/public:", url_path="markets"),
        st.Page("seasonality.py", title=_("Seasonality"), icon=":material/calendar_month:", url_path="seasonality"),
        st.Page("event_notes.py", title=_("Events"), icon=":material/flag:", url_path="events"),
        st.Page("release_dates.py", title=_("Release calendar"), icon=":material/event_upcoming:", url_path="releases"),
        st.Page(
            "watched_series.py",
            title=_("Watches"),
            icon=":material/notifications:",
            url_path="watches",
            visibility="visible" if account and account.may("analyst") else "hidden",
        ),
        st.Page(
            "hand_in_table.py",
            title=_("Hand in a table"),
            icon=":material/upload_file:",
            url_path="upload",
            visibility="visible" if account and account.may("analyst") else "hidden",
        ),
        st.Page("explorer.py", title=_("Explorer"), icon=":material/query_stats:", url_path="explorer"),
        st.Page("hazards.py", title=_("Hazards"), icon=":material/warning:", url_path="hazards"),
        st.Page("data_quality.py", title=_("Data quality"), icon=":material/rule_settings:", url_path="quality"),
        st.Page(
            "linkage_requests.py",
            title=_("Data requests"),
            icon=":material/handshake:",
            url_path="linkage",
            visibility="visible" if account and account.may("analyst") else "hidden",
        ),
        st.Page("data_sources.py", title=_("Data and sources"), icon=":material/database:", url_path="sources"),
    ]
    return {_("Directory"): directory, _("Intelligence Center"): center}


def show_top(here: str, account: Account | None) -> None:
    """Language and account, at the top of every page."""
    following = quote(here, safe="")
    other, label = ("en", "English") if language() == "th" else ("th", "ภาษาไทย")
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", key="top"):
        if account:
            role = _(account.role)
            st.caption(_("Signed in as {name} ({role})", name=plain(account.display_name), role=role), width="content")
            site_link(_("Your account"), "/account")
            site_link(_("Sign out"), f"/account/sign-out?next={following}")
        else:
            site_link(_("Sign in"), f"/account/sign-in?next={following}")
        site_link(label, f"/language/{other}?next={following}")


def address_of(page: st.Page) -> str:
    """The address of the view without its language, which has a link of its own."""
    params = {name: value for name, value in st.query_params.to_dict().items() if name != "lang"}
    return f"/{page.url_path}" + (f"?{urlencode(params)}" if params else "")


try:
    person = signed_in()
    chosen = st.navigation(all_pages(person), position="sidebar")
    show_top(address_of(chosen), person)
    show_known(chosen.url_path)
    chosen.run()
except TicError as error:
    show_error(error)
st.html(f'<p class="tic-foot"><a href="/privacy">{_("Privacy notice")}</a></p>')
