import type { ReactNode } from "react";
import { useManagementSnapshot } from "../hooks";
import { Problem } from "../problem";
import { EffectiveTable } from "./effective";
import { FallbackChoice } from "./fallback";
import { GenerationForm } from "./generation";

/** What is in force and who says so; the general options can be changed. */
export function ConfigurationSection(): ReactNode {
  const { warnings } = useManagementSnapshot();
  return (
    <>
      <GenerationForm />
      <FallbackChoice />
      {warnings.length > 0 && (
        <section className="group" aria-label="Warnings">
          <h2 className="section-title">Without effect</h2>
          {warnings.map((one) => (
            <Problem key={one.message} failure={one} quiet />
          ))}
        </section>
      )}
      <EffectiveTable />
    </>
  );
}
