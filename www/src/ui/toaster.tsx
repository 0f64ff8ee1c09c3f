import { Toast } from "@base-ui/react/toast";
import { type Toast as ModelToast, useModelyardToasts } from "modelyard/react";
import type { ReactNode } from "react";
import { CloseIcon } from "./icons";

/** Toasts can be asked for from anywhere, also from outside of React. */
const manager = Toast.createToastManager();

function show(toast: ModelToast): void {
  const { id, severity, title, description, action } = toast;
  manager.add({
    id,
    type: severity,
    title,
    ...(description === undefined ? {} : { description }),
    // What offers an action stays until it was taken or put away.
    timeout: action === undefined ? 6000 : 0,
    ...(action === undefined
      ? {}
      : {
          actionProps: {
            children: action.label,
            onClick: () => {
              manager.close(id);
              action.run();
            },
          },
        }),
  });
}

/** The app's toaster, which Modelyard's events are shown through. */
export function Toaster({ children }: { children: ReactNode }): ReactNode {
  useModelyardToasts({ toast: show, announced: true });
  return (
    <Toast.Provider toastManager={manager} limit={3}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="toasts">
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function List(): ReactNode {
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className="toast" swipeDirection={["right", "up"]}>
      <Toast.Content className="toast-content">
        <div className="toast-words">
          <Toast.Title className="toast-title" />
          <Toast.Description className="toast-text" />
        </div>
        <Toast.Action className="button small" />
        <Toast.Close className="icon-button small" aria-label="Close">
          <CloseIcon />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ));
}
