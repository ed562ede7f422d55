// SPDX-License-Identifier: Apache-2.0
#include "bot/incident/decide.h"
