"use client";

import { useState } from "react";
import type { Story } from "@/features/orders/story";
import { CausalLinks } from "./causal-links";
import { LANES } from "./lanes";
import { LiveMark } from "@/components/live/live-mark";
import { SagaStep, SagaUnderway } from "./saga-step";
import { SpokenSteps } from "./spoken-steps";

/** The story of an order as it goes on: a timeline on narrow screens, three lanes with causal links on wide ones. */
export function SagaView({ story }: { story: Story }) {
  const [known] = useState(() => new Set(story.steps.map((step) => step.id)));
  // What waits for people may take days: it is told above, and not shown as going on.
  const underway =
    story.status === "CONFIRMED" || story.status === "PROCESSING" || story.status === "SHIPPED"
      ? []
      : story.expectations.filter((each) => each.underway);
  return (
    <section aria-labelledby="saga-heading">
      <div className="mb-5 flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <h2 id="saga-heading" className="text-lg font-semibold">
          What happened
        </h2>
        <LiveMark />
      </div>
      <div aria-hidden className="mb-3 -mr-6 hidden grid-cols-3 lg:grid">
        {Object.values(LANES).map(({ name, icon: Icon }) => (
          <p key={name} className="flex items-center gap-2 text-sm font-medium text-muted">
            <Icon className="size-4" />
            {name}
          </p>
        ))}
      </div>
      {/* As high as the usual story is in the end: what stands below stays where it is. */}
      <div className="relative min-h-96 lg:min-h-120">
        <div className="relative lg:-mr-6">
          <CausalLinks steps={story.steps} rows={story.steps.length + underway.length} />
          <ol className="relative">
            {story.steps.map((step, index) => (
              <SagaStep
                key={step.id}
                step={step}
                before={story.steps[index - 1]}
                isNew={!known.has(step.id)}
              />
            ))}
            {underway.map((expectation) => (
              <SagaUnderway key={expectation.text} expectation={expectation} />
            ))}
          </ol>
        </div>
      </div>
      <SpokenSteps steps={story.steps} />
    </section>
  );
}
