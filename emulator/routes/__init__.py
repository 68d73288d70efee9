"""The routes, by plane. To add an endpoint: write its handler in a module here and name the route in its ROUTES."""

from __future__ import annotations

from emulator.routes import (
    account_checks,
    accounts,
    chat,
    connections,
    control,
    deleted_accounts,
    deployments,
    entra,
    files,
    fine_tuning,
    groups,
    key_vault,
    locks,
    models,
    providers,
    role_assignments,
    storage,
    subscriptions,
    template_deployments,
    tuned_models,
    workspaces,
)

PUBLIC = (*control.ROUTES, *entra.ROUTES)
MANAGEMENT = (
    *locks.ROUTES,
    *role_assignments.ROUTES,
    *subscriptions.ROUTES,
    *groups.ROUTES,
    *storage.ROUTES,
    *key_vault.ROUTES,
    *workspaces.ROUTES,
    *connections.ROUTES,
    *accounts.ROUTES,
    *account_checks.ROUTES,
    *deleted_accounts.ROUTES,
    *deployments.ROUTES,
    *template_deployments.ROUTES,
    *models.ROUTES,
    *providers.ROUTES,
)
DATA = (*files.ROUTES, *fine_tuning.ROUTES, *chat.ROUTES, *tuned_models.ROUTES)
