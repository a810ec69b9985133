export {
  ERROR_POLICY,
  actionOf,
  remedyOf,
  type ErrorAction,
  type ErrorCode,
} from './error-policy.js';
export {
  DeliveryError,
  invalidArgument,
  isDeliveryError,
  type ErrorContext,
  type FieldProblem,
} from './delivery-error.js';
