"""statsmodels: each fit of a model is a run, with the steps of its optimiser."""

from __future__ import annotations

from autolog.integration import Integration, Patch
from autolog_statsmodels.callers import is_by_user
from autolog_statsmodels.flavor import StatsmodelsFlavor
from autolog_statsmodels.missing import is_told_of_missing, note_missing
from autolog_statsmodels.options import Options

_FITS = (
    "fit",
    "fit_constrained",
    "fit_em",
    "fit_map",
    "fit_regularized",
    "fit_vb",
    "iterative_fit",
)
_BESIDE_MODELS = (
    "statsmodels.imputation.bayes_mi:MI.fit",
    "statsmodels.imputation.mice:MICE.fit",
    "statsmodels.regression.rolling:RollingWLS.fit+",
    "statsmodels.tsa.forecasting.stl:STLForecast.fit",
    "statsmodels.tsa.forecasting.theta:ThetaModel.fit",
)
"""What is fitted by fitting other models, and is no model to statsmodels."""

_OF_MOMENTS = tuple(
    f"statsmodels.sandbox.regression.gmm:GMM.{method}+"
    for method in ("fitgmm", "fitgmm_cu", "fititer")
)
"""What `GMM.fit` is made of, and may be called by itself: they give the params alone."""

_OPTIMISERS = (
    "basinhopping",
    "bfgs",
    "cg",
    "lbfgs",
    "minimize",
    "ncg",
    "newton",
    "nm",
    "powell",
)

integration = Integration(
    patches=(
        *(
            Patch(target, "autolog_statsmodels.fitting:record_fit", when=is_by_user)
            for target in (
                *(f"statsmodels.base.model:Model.{method}+" for method in _FITS),
                *_BESIDE_MODELS,
                *_OF_MOMENTS,
            )
        ),
        Patch(
            "statsmodels.base.model:Model.__init__",
            note_missing,
            "none",
            is_told_of_missing,
        ),
        *(
            Patch(
                f"statsmodels.base.optimizer:_fit_{method}",
                "autolog_statsmodels.iterations:record_steps",
                "attached",
            )
            for method in _OPTIMISERS
        ),
    ),
    options=Options,
    flavors=(StatsmodelsFlavor(),),
)
