// SPDX-License-Identifier: Apache-2.0
#include "bot/rollback/plan.h"
