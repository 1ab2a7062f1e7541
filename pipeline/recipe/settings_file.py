"""The shape of ``pipeline.yaml``, but for models of the project's own: those are in ``project_file``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StrictBool, StrictInt, StrictStr

from pipeline.recipe.shape import Keys

Provider = Literal["kie", "openai"]
Seconds = Annotated[float, Field(gt=0, le=86_400, strict=True)]
BaseUrl = Annotated[StrictStr, Field(pattern=r"^https?://[^\s/]+\S*$")]


class LimitsFile(Keys):
    """How much may be under way, and what a run may spend."""

    creates: StrictInt = Field(20, ge=1, le=1000, description="Paid requests in any window.")
    window: Seconds = Field(10, description="Seconds.")
    running: StrictInt = Field(100, ge=1, le=10_000, description="Tasks under way at once.")
    max_credits: Annotated[float, Field(ge=0, strict=True)] | None = Field(None, description="Of one run.")


class DeadlinesFile(Keys):
    """Seconds to wait for one task of a kind."""

    image: Seconds = 300
    video: Seconds = 600


class SettingsFile(Keys):
    """pipeline.yaml at the project root, without models: quick to load, and all that most projects write."""

    provider: Provider = "kie"
    store: StrictStr | None = Field(None, description="Where paid originals are kept.")
    brand: StrictStr | None = Field(None, description="The brand of recipes that name none.")
    workers: Annotated[StrictStr, Field(pattern=r"^local:[1-9][0-9]{0,2}$")] | None = None
    limits: LimitsFile = Field(default_factory=LimitsFile)
    deadlines: DeadlinesFile = Field(default_factory=DeadlinesFile)
    api_base_url: BaseUrl | None = None
    upload_base_url: BaseUrl | None = None
    max_download_mb: Annotated[float, Field(gt=0, le=10_000, strict=True)] = 200
    allow_private_urls: StrictBool = Field(False, description="Let results come from a private network.")

    children: ClassVar[Mapping[str, type[Keys]]] = {"limits": LimitsFile, "deadlines": DeadlinesFile}
    hints: ClassVar[Mapping[str, str]] = {
        "workers": "write local:N, such as local:2",
        "api_base_url": "write https://HOST",
        "upload_base_url": "write https://HOST",
    }
