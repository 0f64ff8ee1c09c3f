import "./styles/index.css";
import "modelyard/styles.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { allowEngineWorkers } from "./boot/trusted-types";
import { Root } from "./ui/root";

allowEngineWorkers();
const element = document.getElementById("root");
if (element === null) throw new Error("index.html has no #root");
createRoot(element).render(
  <StrictMode>
    <Root />
  </StrictMode>,
);
