import type { Failure } from "modelyard";
import type { Setting } from "modelyard/management";
import { Fragment, type ReactNode, useMemo, useRef, useState } from "react";
import { failureFrom } from "../failure";
import { type ConfigTree, steps, valueAt, withValue } from "../file";
import { useManagementSnapshot, useSavedConfig } from "../hooks";
import { Problem } from "../problem";
import { LAYER_TEXTS, LAYERS } from "../words";

/** Every value that is in force, with the layer it comes from; what somebody has set comes first. */
export function EffectiveTable(): ReactNode {
  const { settings } = useManagementSnapshot();
  const { tree, save } = useSavedConfig();
  const [filter, setFilter] = useState("");
  const [failure, setFailure] = useState<Failure | null>(null);
  const [said, setSaid] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const rows = useMemo(() => rowsOf(settings, filter), [settings, filter]);

  const reset = async (setting: Setting): Promise<void> => {
    try {
      await save((now) => withValue(now, steps(setting.path), undefined));
      setFailure(null);
      setSaid(`${setting.path} is reset.`);
      // Its row changes its place or is gone.
      field.current?.focus();
    } catch (error) {
      setFailure(failureFrom(error));
    }
  };

  return (
    <section className="group" aria-labelledby="effective-title">
      <header className="section-head">
        <h2 id="effective-title" className="section-title">
          In force
        </h2>
      </header>
      <p className="section-text quiet">
        Every value, and where it comes from. Of several sources the later one in this list wins: built in, file,
        environment, app, address.
      </p>
      <input
        ref={field}
        type="search"
        className="field-control search"
        aria-label="Filter the configuration"
        placeholder="Filter by path, value or source"
        value={filter}
        onChange={(event) => {
          setFilter(event.currentTarget.value);
        }}
      />
      <p className="visually-hidden" role="status">
        {filter === "" ? said : `${String(rows.length)} of ${String(settings.length)} values.`}
      </p>
      {failure !== null && <Problem failure={failure} />}
      {rows.length === 0 ? (
        <p className="quiet">No value matches “{filter}”.</p>
      ) : (
        <table className="settings-table">
          <thead>
            <tr>
              <th scope="col">Path</th>
              <th scope="col">Value</th>
              <th scope="col" className="column-source">
                Source
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((one) => (
              <tr key={one.path} data-layer={one.layer}>
                <th scope="row">
                  <Path text={one.path} />
                </th>
                <td className="setting-value">{one.json}</td>
                <td className="setting-source">
                  <div>
                    <span className={one.layer === "default" ? "mark" : "mark strong"} title={LAYER_TEXTS[one.layer]}>
                      {LAYERS[one.layer]}
                    </span>
                    {isResettable(one, tree) && (
                      <button
                        type="button"
                        className="my-link"
                        aria-label={`Reset ${one.path}`}
                        onClick={() => void reset(one)}
                      >
                        Reset
                      </button>
                    )}
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** Saved here, and no part of a provider: those are changed and removed as a whole, where that is asked about. */
function isResettable({ layer, path }: Setting, tree: ConfigTree): boolean {
  const place = steps(path);
  return layer === "file" && place[0] !== "providers" && valueAt(tree, place) !== undefined;
}

/** A path that breaks where its steps do. */
function Path({ text }: { text: string }): ReactNode {
  return text.split(/(?=[.[])/).map((step, index) => (
    <Fragment key={`${String(index)}${step}`}>
      {index > 0 && <wbr />}
      {step}
    </Fragment>
  ));
}

/** Those that match, the changed ones first, each part in the order of the paths. */
function rowsOf(settings: readonly Setting[], filter: string): readonly Setting[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const found = settings.filter((one) => {
    const text = `${one.path} ${one.json} ${LAYERS[one.layer]}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return [...found.filter((one) => one.layer !== "default"), ...found.filter((one) => one.layer === "default")];
}
