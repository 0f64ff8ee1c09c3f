/**
 * Whether the download manager is open, and which row it should bring to view: a small store of its own, so that
 * opening it renders nothing but the manager and the buttons that show its state.
 */
export interface Panel {
  readonly open: boolean;
  /** The model whose row is to be shown; a new object for each wish, so that the same model can be wished twice. */
  readonly focus: { readonly modelId: string } | null;
}

export class PanelStore {
  #panel: Panel = { open: false, focus: null };
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  readonly get = (): Panel => this.#panel;

  /** Opens the manager; with a model, its row is focused. */
  show(modelId?: string): void {
    this.#set({ open: true, focus: modelId === undefined ? null : { modelId } });
  }

  hide(): void {
    if (this.#panel.open) this.#set({ open: false, focus: null });
  }

  #set(panel: Panel): void {
    this.#panel = panel;
    for (const listener of [...this.#listeners]) listener();
  }
}
