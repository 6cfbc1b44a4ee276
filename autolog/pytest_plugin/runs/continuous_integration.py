"""What a service of continuous integration says of the build that tests run in."""

from __future__ import annotations

import os

_NAMES = {
    "CI",
    # GitHub Actions
    "GITHUB_ACTOR",
    "GITHUB_BASE_REF",
    "GITHUB_EVENT_NAME",
    "GITHUB_HEAD_REF",
    "GITHUB_JOB",
    "GITHUB_REF",
    "GITHUB_REPOSITORY",
    "GITHUB_RUN_ATTEMPT",
    "GITHUB_RUN_ID",
    "GITHUB_RUN_NUMBER",
    "GITHUB_SERVER_URL",
    "GITHUB_SHA",
    "GITHUB_WORKFLOW",
    # GitLab
    "CI_COMMIT_REF_NAME",
    "CI_COMMIT_SHA",
    "CI_JOB_ID",
    "CI_JOB_NAME",
    "CI_JOB_URL",
    "CI_MERGE_REQUEST_IID",
    "CI_PIPELINE_ID",
    "CI_PIPELINE_SOURCE",
    "CI_PIPELINE_URL",
    "CI_PROJECT_PATH",
    # Jenkins
    "BRANCH_NAME",
    "BUILD_NUMBER",
    "BUILD_TAG",
    "CHANGE_ID",
    "JENKINS_URL",
    "JOB_NAME",
    # Azure Pipelines
    "BUILD_BUILDID",
    "BUILD_BUILDNUMBER",
    "BUILD_REPOSITORY_NAME",
    "BUILD_SOURCEBRANCH",
    "BUILD_SOURCEVERSION",
    "SYSTEM_TEAMPROJECT",
    "TF_BUILD",
    # CircleCI
    "CIRCLE_BRANCH",
    "CIRCLE_BUILD_NUM",
    "CIRCLE_BUILD_URL",
    "CIRCLE_JOB",
    "CIRCLE_PROJECT_REPONAME",
    "CIRCLE_SHA1",
    "CIRCLE_WORKFLOW_ID",
    # Buildkite
    "BUILDKITE_BRANCH",
    "BUILDKITE_BUILD_NUMBER",
    "BUILDKITE_BUILD_URL",
    "BUILDKITE_COMMIT",
    "BUILDKITE_PIPELINE_SLUG",
    # Bitbucket, Travis, TeamCity
    "BITBUCKET_BRANCH",
    "BITBUCKET_BUILD_NUMBER",
    "BITBUCKET_COMMIT",
    "BITBUCKET_REPO_FULL_NAME",
    "TRAVIS_BRANCH",
    "TRAVIS_BUILD_NUMBER",
    "TRAVIS_BUILD_WEB_URL",
    "TRAVIS_COMMIT",
    "TRAVIS_REPO_SLUG",
    "TEAMCITY_PROJECT_NAME",
    "TEAMCITY_VERSION",
}
"""None that holds a secret: a list of what is taken, since tokens have any name."""

_BRANCHES = (
    "GITHUB_HEAD_REF",
    "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME",
    "CI_COMMIT_BRANCH",
    "CHANGE_BRANCH",
    "BRANCH_NAME",
    "SYSTEM_PULLREQUEST_SOURCEBRANCH",
    "BUILD_SOURCEBRANCH",
    "CIRCLE_BRANCH",
    "BUILDKITE_BRANCH",
    "BITBUCKET_BRANCH",
    "TRAVIS_PULL_REQUEST_BRANCH",
    "TRAVIS_BRANCH",
)
"""Those that name a branch, the branch of a pull request before the one that it is for."""


def variables_of() -> dict[str, str]:
    """The variables of the build, as tags."""
    return {f"ci.{name}": os.environ[name] for name in sorted(_NAMES) if os.environ.get(name)}


def branch_of() -> dict[str, str]:
    """The git branch that is built, as a tag: services check out a commit, and not a branch."""
    names = [os.environ.get(name, "") for name in _BRANCHES]
    if os.environ.get("GITHUB_REF_TYPE") == "branch" and os.environ.get("GITHUB_REF_NAME"):
        names.insert(1, os.environ["GITHUB_REF_NAME"])
    branch = next((name.removeprefix("refs/heads/") for name in names if name), None)
    return {} if branch is None else {"git.branch": branch}
