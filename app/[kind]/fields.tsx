import { LIKES, MOST } from "../_lib/fields";
import { PIGMENTS } from "../_lib/pigments";
import styles from "./fields.module.css";

/** What the session has now, as a form wants it. */
export interface FieldValues {
  readonly name: string;
  readonly colour: string;
  readonly likes: readonly string[];
  readonly day: string;
  readonly note: string;
}

export function Fields({ values }: { values: FieldValues }) {
  return (
    <div className={styles.fields}>
      <h2>Change the data</h2>
      <label className={styles.field}>
        <span>Name</span>
        <input name="name" type="text" defaultValue={values.name} maxLength={MOST.name} autoComplete="off" />
      </label>
      <label className={styles.field}>
        <span>
          A day to remember <small>kept as a Date</small>
        </span>
        <input name="day" type="date" defaultValue={values.day} />
      </label>
      <fieldset className={styles.choices}>
        <legend>Colour of the liquid</legend>
        {PIGMENTS.map((pigment) => (
          <label key={pigment} className={styles.choice} data-pigment={pigment}>
            <input type="radio" name="colour" value={pigment} defaultChecked={values.colour === pigment} />
            <span className={styles.swatch} aria-hidden="true" />
            {pigment}
          </label>
        ))}
      </fieldset>
      <fieldset className={styles.choices}>
        <legend>
          Likes <small>kept as a Set</small>
        </legend>
        {LIKES.map((like) => (
          <label key={like} className={styles.choice}>
            <input type="checkbox" name="likes" value={like} defaultChecked={values.likes.includes(like)} />
            {like}
          </label>
        ))}
      </fieldset>
      <label className={`${styles.field} ${styles.wide}`}>
        <span>
          Note <small>paste a few thousand characters to see where a cookie ends</small>
        </span>
        <textarea name="note" rows={3} defaultValue={values.note} maxLength={MOST.note} />
      </label>
    </div>
  );
}
