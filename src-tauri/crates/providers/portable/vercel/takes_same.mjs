export default called
