/** The demo's line icons; decoration beside names in words. */
import type { ReactNode } from "react";

function icon(children: ReactNode) {
  return function Icon(): ReactNode {
    return (
      <svg className="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
        {children}
      </svg>
    );
  };
}

export const PlusIcon = icon(<path d="M10 4v12M4 10h12" />);
export const MenuIcon = icon(<path d="M3.5 6h13M3.5 10h13M3.5 14h13" />);
export const MoreIcon = icon(<path d="M5 10h.01M10 10h.01M15 10h.01" strokeWidth="2.4" />);
export const BackIcon = icon(<path d="M16 10H4.5M9 5l-5 5 5 5" />);
export const SendIcon = icon(<path d="M10 16V4.5M5 9l5-5 5 5" />);
export const StopIcon = icon(<rect x="6" y="6" width="8" height="8" rx="1.5" fill="currentColor" />);
export const CloseIcon = icon(<path d="m5 5 10 10m0-10L5 15" />);
export const SettingsIcon = icon(
  <>
    <path d="M3.5 6h7m4.5 0h1.5M3.5 14H5m4.5 0h7" />
    <circle cx="12.75" cy="6" r="2" />
    <circle cx="7.25" cy="14" r="2" />
  </>,
);
export const CopyIcon = icon(
  <>
    <rect x="7" y="7" width="9.5" height="9.5" rx="1.75" />
    <path d="M13 4.75A1.75 1.75 0 0 0 11.25 3.5h-6A1.75 1.75 0 0 0 3.5 5.25v6c0 .8.5 1.4 1.25 1.75" />
  </>,
);
export const RefreshIcon = icon(<path d="M16 10a6 6 0 1 1-1.75-4.25L16 7.5m0-4v4h-4" />);
export const TrashIcon = icon(<path d="M4 5.75h12M8.25 5.5v-2h3.5v2m-6 .25.75 10.75h7l.75-10.75" />);
export const SunIcon = icon(
  <>
    <circle cx="10" cy="10" r="3.25" />
    <path d="M10 2.5v1.75m0 11.5v1.75M2.5 10h1.75m11.5 0h1.75M4.7 4.7l1.25 1.25m8.1 8.1 1.25 1.25m0-10.6-1.25 1.25m-8.1 8.1L4.7 15.3" />
  </>,
);
export const MoonIcon = icon(<path d="M16 11.5A6.5 6.5 0 1 1 8.5 4a5.25 5.25 0 0 0 7.5 7.5Z" />);
export const SystemIcon = icon(
  <>
    <rect x="3" y="4" width="14" height="9.5" rx="1.5" />
    <path d="M7.5 16.5h5" />
  </>,
);
export const LockIcon = icon(
  <>
    <rect x="4.5" y="9" width="11" height="7.5" rx="1.75" />
    <path d="M7 9V6.75a3 3 0 0 1 6 0V9" />
  </>,
);
export const Logo = icon(<path d="M3.5 15V6.5L10 11.25l6.5-4.75V15" strokeWidth="2" />);
