import { type ReactNode, useState } from "react";
import { type Fallback, readFallback, writeFallback } from "../../chats/fallback";
import { SelectField } from "../field";

const CHOICES: readonly (readonly [Fallback, string])[] = [
  ["auto", "Another one answers, where a profile chose it"],
  ["beforeText", "Another one answers, wherever there is one"],
  ["afterText", "Another one answers, even in the middle of an answer"],
  ["never", "The failure is shown"],
];

/** What happens when the model of a conversation fails. A wish of this demo, which it says with each question. */
export function FallbackChoice(): ReactNode {
  const [chosen, setChosen] = useState(readFallback);
  return (
    <section className="group" aria-label="Failures">
      <SelectField
        label="When a model fails"
        description="A model you chose by its name is only followed by the same one of another provider. Whoever answers gets the conversation."
        options={CHOICES}
        value={chosen}
        onValue={(fallback) => {
          writeFallback(fallback);
          setChosen(fallback);
        }}
      />
    </section>
  );
}
