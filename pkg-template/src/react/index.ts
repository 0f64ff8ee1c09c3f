"use client";
export {
  type ConversationStatus,
  type ConversationView,
  isRunning,
  isSettled,
  isStalled,
  type ModelStatus,
  modelStatus,
  modelStatusIn,
  type Overall,
  overallProgress,
} from "./derive.js";
export { DownloadsButton, type DownloadsButtonProps } from "./downloads-button.js";
export { type Formats, formatsFor } from "./format.js";
export {
  type Conversation,
  type DownloadManagerControl,
  type ModelView,
  useConversation,
  useDownloadManager,
  useJob,
  useJobs,
  useModel,
  useModels,
  useModelView,
  useModelyard,
  useModelyardEvent,
  useOverallProgress,
  useProfiles,
  useSnapshot,
} from "./hooks.js";
export { englishLabels, type Labels } from "./labels.js";
export { useManagement } from "./management.js";
export { DownloadManager, type DownloadManagerProps } from "./manager/index.js";
/**
 * The React face of Modelyard: a provider, hooks over the store, and styled components on Base UI.
 *
 * Importing it does nothing. What runs starts when a provider is mounted.
 */
export { ModelyardProvider, type ModelyardProviderProps } from "./provider.js";
export { type Equality, shallow } from "./select-snapshot.js";
export { ModelSelector, type ModelSelectorProps } from "./selector/index.js";
export { WhyThisModel, type WhyThisModelProps } from "./selector/why.js";
export {
  type SonnerOptions,
  type SonnerToast,
  sonnerToasts,
  type Toast,
  type ToastOptions,
  useModelyardToasts,
} from "./toasts.js";
