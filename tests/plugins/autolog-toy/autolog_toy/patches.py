"""What is recorded of toylearn."""

from autolog.integration import Call, HookSteps, Integration, Patch, Run, guard
from autolog_toy.flavor import SlopeFlavor
from autolog_toy.options import Options


def _fit(call: Call, run: Run) -> HookSteps:
    def log_round(number: int, loss: float) -> None:
        with guard("logging a round of toylearn"):
            if number % call.options.every_n_rounds == 0:
                run.log_metrics({"loss": loss}, step=number)

    model = call.instance
    run.log_params({"learning_rate": model.learning_rate, "rounds": model.rounds})
    call.append("callbacks", log_round)
    run.log_dataset(call.get("x"), call.get("y"))
    fitted = yield
    run.log_metrics({"slope": fitted.slope})
    run.log_model(fitted, SlopeFlavor(), inputs=call.get("x"))


def _starting_point(_: Call, run: Run) -> HookSteps:
    start = yield
    run.log_params({"starting_point": start})


def _trial(call: Call, run: Run) -> HookSteps:
    run.log_params({"learning_rate": call.get("learning_rate")})
    fitted = yield
    run.log_metrics({"loss": fitted.loss})


def _tune(_: Call, run: Run) -> HookSteps:
    best = yield
    run.log_params({"best_learning_rate": best.learning_rate})


integration = Integration(
    patches=(
        Patch("toylearn:Slope.fit", _fit),
        Patch("toylearn:starting_point", _starting_point, run="attached"),
        Patch("toylearn:trial", _trial, run="child"),
        Patch("toylearn:tune", _tune),
    ),
    options=Options,
    flavors=(SlopeFlavor(),),
)
