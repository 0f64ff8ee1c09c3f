/** Small line icons, drawn here so that nothing is fetched. They are decoration: the text beside them says it all. */
import type { ReactNode } from "react";

function icon(children: ReactNode) {
  return function Icon(): ReactNode {
    return (
      <svg className="my-icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
        {children}
      </svg>
    );
  };
}

export const ChevronIcon = icon(<path d="M4.5 6.25 8 9.75l3.5-3.5" />);
export const SearchIcon = icon(
  <>
    <circle cx="7" cy="7" r="4.25" />
    <path d="m10.25 10.25 3 3" />
  </>,
);
export const CheckIcon = icon(<path d="m3.5 8.5 3 3 6-7" />);
export const CloseIcon = icon(<path d="m4 4 8 8m0-8-8 8" />);
export const DownloadIcon = icon(<path d="M8 2.5v7m-3-2.75 3 3 3-3M3 13.25h10" />);
export const InfoIcon = icon(
  <>
    <circle cx="8" cy="8" r="5.75" />
    <path d="M8 7.25v3.5m0-5.6v.1" />
  </>,
);
export const PauseIcon = icon(<path d="M5.75 3.75v8.5m4.5-8.5v8.5" />);
export const PlayIcon = icon(<path d="M5.25 3.5v9l7-4.5z" />);
export const RetryIcon = icon(<path d="M13 8a5 5 0 1 1-1.5-3.55M13 2.5v3h-3" />);
export const UpIcon = icon(<path d="M8 13V3.5M4 7.25 8 3.25l4 4" />);
export const DownIcon = icon(<path d="M8 3v9.5M4 8.75l4 4 4-4" />);
export const TrashIcon = icon(
  <path d="M2.75 4.25h10.5M6.25 4V2.75h3.5V4m-5.5.25.5 9h6.5l.5-9M6.75 7v3.75M9.25 7v3.75" />,
);
export const WarningIcon = icon(<path d="M8 2.5 14 13H2zM8 6.5v3m0 1.75v.1" />);
