/**
 * The dashboard of a primary alone.
 *
 * @module
 */

import { Dashboard } from "./dashboard.ts";
import { PrimaryPicture } from "./primary_picture.ts";

/** The page of a primary alone, served until it is disposed of. */
export class PrimaryDashboard {
  readonly #picture: PrimaryPicture;
  readonly #dashboard: Dashboard;

  /**
   * Serves the page.
   *
   * @param port The primary's port, at 127.0.0.1.
   * @param pagePort The first port to try for the page.
   * @throws {StartError} If no port is free.
   */
  constructor(port: number, pagePort: number) {
    const picture = new PrimaryPicture(port);
    this.#picture = picture;
    try {
      this.#dashboard = new Dashboard(picture, pagePort);
    } catch (error) {
      picture.stop();
      throw error;
    }
  }

  /** The address of the page. */
  get link(): string {
    return this.#dashboard.link;
  }

  /** Stops to serve. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#picture[Symbol.asyncDispose]();
    await this.#dashboard[Symbol.asyncDispose]();
  }
}
