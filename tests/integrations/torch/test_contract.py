"""The PyTorch integration keeps the contract of integrations."""

from __future__ import annotations

import torch

from autolog.testing import IntegrationContract


class TestLoop(IntegrationContract):
    """A loop that the user has written."""

    library = "torch"

    def train(self):
        torch.manual_seed(0)
        model = torch.nn.Linear(3, 1)
        optimizer = torch.optim.Adam(model.parameters())
        for _ in range(3):
            optimizer.zero_grad()
            model(torch.ones(2, 3)).sum().backward()
            optimizer.step()
        return model

    def outcome(self, result):
        return [parameter.tolist() for parameter in result.parameters()]

    def test_a_training_is_one_finished_run(self):
        from autolog.testing import record

        with record() as runs:
            self.train()
            runs.session.objects.end_all()

            assert runs.only.status == "FINISHED"
            assert runs.only.tags["autolog.integration"] == self.library
            assert "autolog.error" not in runs.only.tags
