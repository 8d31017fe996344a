"""An operator's proposed place on its way: draft -> pending -> approved or rejected, or withdrawn.

An approved submission is a Record of the source `operator` like any other source's: matching and merging follow.
"""

from directory.drafts import (
    State,
    Submission,
    get_submission,
    list_pending,
    list_submissions,
    save_draft,
    submit,
    withdraw,
)
from directory.forms import (
    FORM_FIELDS,
    FormInvalid,
    form_to_record,
    form_values,
    listing_form,
    validate_form,
)
from directory.review import (
    Difference,
    approve,
    changed_meanwhile,
    current_listing,
    difference,
    reject,
    undo_approval,
)

__all__ = [
    "FORM_FIELDS",
    "Difference",
    "FormInvalid",
    "State",
    "Submission",
    "approve",
    "changed_meanwhile",
    "current_listing",
    "difference",
    "form_to_record",
    "form_values",
    "get_submission",
    "list_pending",
    "list_submissions",
    "listing_form",
    "reject",
    "save_draft",
    "submit",
    "undo_approval",
    "validate_form",
    "withdraw",
]
